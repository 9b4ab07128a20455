//! [`Condition`]: what a filter of the query requires of a record.

mod passage;
mod pattern;
mod syntax;
mod written;

pub(super) use syntax::{in_quotes, out_of_quotes};

use super::fetch::{BATCH, fetch};
use super::field::{Field, FieldSet, Kind};
use super::refusals::bad_value;
use super::view::{Item, SvmNames, Value, View};
use crate::catalog::{Record, Uuid};
use crate::{Certificate, Error, Time};
use passage::Passage;
use pattern::Pattern;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::sync::Arc;
use syntax::{Alternative, Expression, Form, Order};
use written::{BEGIN, END, Written};

/// What a filter of the query requires of a record.
#[derive(Debug)]
pub(super) struct Condition {
    field: Field,
    is_negated: bool,
    /// Whether each is negated.
    alternatives: Vec<(bool, Test)>,
    /// Made once for all alternatives.
    written: RefCell<Written>,
}

#[derive(Debug)]
enum Test {
    IsUnset,
    Equal(Operand),
    /// A serial number, without the zeros before it.
    SameNumber(String),
    Like(Pattern),
    /// The same of a certificate, which is only written where its DER may have the passage.
    LikePem(Pattern, Option<Box<Passage>>),
    Order(Order, Operand),
    Range(Option<Operand>, Option<Operand>),
    /// No value of the field is written like this.
    Never,
}

/// A value to compare with, in the spelling that records have.
#[derive(Debug)]
enum Operand {
    Text(String),
    Number(u64),
    Instant(Time),
    Uuid(Uuid),
    Certificate(Vec<u8>),
}

impl Condition {
    /// The condition that a value of the query sets.
    ///
    /// # Errors
    ///
    /// `ValueInvalid`: the value is none of the field's.
    pub(super) fn parse(field: Field, text: &str) -> Result<Self, Error> {
        let name = field.name();
        let Expression {
            is_negated,
            alternatives,
        } = syntax::parse(text).map_err(|why| bad_value(name, text, why))?;
        let alternatives = alternatives
            .into_iter()
            .map(|Alternative { is_negated, form }| Some((is_negated, test(field.kind(), form)?)))
            .collect::<Option<_>>()
            .ok_or_else(|| bad_value(name, text, &what_is_accepted(field.kind())))?;
        Ok(Self {
            field,
            is_negated,
            alternatives,
            written: RefCell::default(),
        })
    }

    /// The condition that the field has this very value.
    pub(super) fn equals(field: Field, text: &str) -> Result<Self, Error> {
        let kind = field.kind();
        let is_equal = test(kind, Form::Equal(text.to_owned()))
            .ok_or_else(|| bad_value(field.name(), text, &what_is_accepted(kind)))?;
        Ok(Self {
            field,
            is_negated: false,
            alternatives: vec![(false, is_equal)],
            written: RefCell::default(),
        })
    }

    /// How many alternatives there are.
    pub(super) fn len(&self) -> usize {
        self.alternatives.len()
    }

    pub(super) fn field(&self) -> Field {
        self.field
    }

    /// The field, unless nothing that it may have is looked at.
    fn reads(&self) -> Option<Field> {
        let looks = |test: &Test| !matches!(test, Test::IsUnset | Test::Never);
        let any = self.alternatives.iter().any(|(_, test)| looks(test));
        any.then_some(self.field)
    }

    pub(super) fn matches(&self, view: &View<'_>) -> bool {
        let value = view.value(self.field);
        let is_set = !matches!(value, Value::Unset);
        let mut written = self.written.borrow_mut();
        written.clear();
        let mut accepts = |test: &Test| test.accepts(&value, &mut written);
        let one = |(is_negated, test): &(bool, Test)| {
            if *is_negated {
                is_set && !accepts(test)
            } else {
                accepts(test)
            }
        };
        let any = self.alternatives.iter().any(one);
        if self.is_negated { is_set && !any } else { any }
    }
}

/// Hands over each record that meets all conditions. `fields` are those that will be looked at.
pub(super) fn for_each_match<'r>(
    records: impl Iterator<Item = &'r Arc<Record>>,
    conditions: &[Condition],
    fields: FieldSet,
    names: &SvmNames<'_>,
    mut found: impl FnMut(View<'r>),
) {
    let fields = fields.with(FieldSet::of(conditions.iter().filter_map(Condition::reads)));
    let mut records = records.map(|record| &**record);
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        batch.extend(records.by_ref().take(BATCH));
        if batch.is_empty() {
            return;
        }
        fetch(&batch, fields);
        let matching = batch.drain(..);
        matching
            .filter_map(|record| matching_view(record, conditions, names))
            .for_each(&mut found);
    }
}

/// Whether a record meets all conditions.
pub(super) fn matches(record: &Record, conditions: &[Condition], names: &SvmNames<'_>) -> bool {
    matching_view(record, conditions, names).is_some()
}

/// The record as it is shown, if it meets all conditions. The name of its SVM is asked for once all else
/// holds: in a pass over all records that is most of the work.
fn matching_view<'r>(
    record: &'r Record,
    conditions: &[Condition],
    names: &SvmNames<'_>,
) -> Option<View<'r>> {
    let meets = |view: &View<'_>, is_of_name: bool| {
        let mut own = conditions
            .iter()
            .filter(|condition| (condition.field == Field::SvmName) == is_of_name);
        own.all(|condition| condition.matches(view))
    };
    if !meets(&View::without_name(record), false) {
        return None;
    }
    Some(names.view(record)).filter(|view| meets(view, true))
}

/// The test that a form means for a kind of field; `None` if its value is none of the kind.
fn test(kind: Kind, form: Form) -> Option<Test> {
    Some(match form {
        Form::Null => Test::IsUnset,
        Form::Equal(text) => match kind {
            Kind::Serial => Test::SameNumber(serial_number(&text)),
            Kind::Pem => Certificate::from_pem(&text)
                .ok()
                .filter(|certificate| same_text(&text, &certificate.to_pem()))
                .map_or(Test::Never, |certificate| {
                    Test::Equal(Operand::Certificate(certificate.der().to_vec()))
                }),
            Kind::Uuid => Test::Equal(Operand::Uuid(text.parse().ok()?)),
            _ => Test::Equal(operand(kind, &text)?),
        },
        Form::Like(text) => {
            let pattern = Pattern::new(&pattern(kind, &text)?);
            match kind {
                Kind::Pem if !pattern.fits_between(BEGIN, END) => Test::Never,
                Kind::Pem => {
                    let passage = Passage::of(&pattern).map(Box::new);
                    Test::LikePem(pattern, passage)
                }
                _ => Test::Like(pattern),
            }
        }
        Form::Order(order, text) => Test::Order(order, operand(kind, &text)?),
        Form::Range(first, last) => {
            let end = |text: Option<String>| match text {
                Some(text) => operand(kind, &text).map(Some),
                None => Some(None),
            };
            Test::Range(end(first)?, end(last)?)
        }
    })
}

fn operand(kind: Kind, text: &str) -> Option<Operand> {
    Some(match kind {
        Kind::Text => Operand::Text(text.to_owned()),
        Kind::Word(words) => {
            let word = spelled(kind, text);
            return words.contains(&&*word).then_some(Operand::Text(word));
        }
        Kind::Uuid => {
            let text = spelled(kind, text);
            return is_of_uuid(&text).then_some(Operand::Text(text));
        }
        Kind::Hex | Kind::Serial | Kind::Pem => Operand::Text(spelled(kind, text)),
        Kind::Number => Operand::Number(number(text)?),
        Kind::Instant => Operand::Instant(text.trim().parse().ok()?),
    })
}

fn pattern(kind: Kind, text: &str) -> Option<String> {
    let text = spelled(kind, text);
    let may_be = match kind {
        Kind::Number | Kind::Instant => false,
        Kind::Uuid => is_of_uuid(&text),
        _ => true,
    };
    may_be.then_some(text)
}

/// The text as a value of the kind is written in records.
fn spelled(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Word(_) => text.to_ascii_lowercase().replace('-', "_"),
        Kind::Uuid => text.to_ascii_lowercase(),
        Kind::Hex | Kind::Serial => text.to_ascii_uppercase(),
        Kind::Pem => without_spaces(text),
        Kind::Text | Kind::Number | Kind::Instant => text.to_owned(),
    }
}

fn is_of_uuid(text: &str) -> bool {
    let mut octets = text.bytes();
    octets.all(|octet| octet.is_ascii_hexdigit() || matches!(octet, b'-' | b'*'))
}

/// A number in decimal digits.
pub(super) fn number(text: &str) -> Option<u64> {
    let is_plain = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    is_plain.then(|| text.parse().unwrap_or(u64::MAX))
}

fn serial_number(text: &str) -> String {
    let digits = text.replace(':', "").to_ascii_uppercase();
    digits.trim_start_matches('0').to_owned()
}

fn without_spaces(text: &str) -> String {
    let is_space = |character: char| character.is_ascii_whitespace();
    text.chars()
        .filter(|&character| !is_space(character))
        .collect()
}

fn same_text(first: &str, second: &str) -> bool {
    without_spaces(first) == without_spaces(second)
}

fn what_is_accepted(kind: Kind) -> String {
    match kind {
        Kind::Word(words) => format!("accepted are {}", words.join(", ")),
        Kind::Uuid => "accepted are UUIDs, and patterns of one".to_owned(),
        Kind::Number => "accepted are numbers".to_owned(),
        Kind::Instant => "accepted are dates and times like 2030-01-25T11:20:13Z".to_owned(),
        Kind::Text | Kind::Hex | Kind::Serial | Kind::Pem => "accepted is text".to_owned(),
    }
}

impl Test {
    /// `written` is empty, or of this value.
    fn accepts(&self, value: &Value<'_>, written: &mut Written) -> bool {
        match value {
            Value::Unset => matches!(self, Self::IsUnset),
            Value::One(item) => self.accepts_item(*item, written),
            Value::List(list) => list
                .iter()
                .any(|one| self.accepts_item(Item::Text(one), written)),
        }
    }

    fn accepts_item(&self, item: Item<'_>, written: &mut Written) -> bool {
        match self {
            Self::IsUnset | Self::Never => false,
            Self::Equal(operand) => operand.equals(item, written),
            Self::SameNumber(digits) => {
                matches!(item, Item::Text(text) if text.trim_start_matches('0') == digits)
            }
            Self::Like(pattern) => pattern.matches(written.whole(item)),
            Self::LikePem(pattern, passage) => {
                let may_have = |der| {
                    passage
                        .as_ref()
                        .is_none_or(|passage| passage.may_be_in(der))
                };
                matches!(item, Item::Certificate(certificate) if may_have(certificate.der()))
                    && pattern.matches(written.whole(item))
            }
            Self::Order(order, operand) => {
                let found = operand.order_of(item, written);
                match order {
                    Order::Less => found.is_lt(),
                    Order::AtMost => found.is_le(),
                    Order::Greater => found.is_gt(),
                    Order::AtLeast => found.is_ge(),
                }
            }
            Self::Range(first, last) => {
                let mut order_of = |end: &Operand| end.order_of(item, written);
                first.as_ref().is_none_or(|first| order_of(first).is_ge())
                    && last.as_ref().is_none_or(|last| order_of(last).is_le())
            }
        }
    }
}

impl Operand {
    fn equals(&self, item: Item<'_>, written: &mut Written) -> bool {
        match (self, item) {
            (Self::Uuid(uuid), Item::Uuid(other)) => *uuid == other,
            (Self::Certificate(der), Item::Certificate(other)) => der == other.der(),
            _ => self.order_of(item, written).is_eq(),
        }
    }

    /// How a value stands to this one.
    fn order_of(&self, item: Item<'_>, written: &mut Written) -> Ordering {
        match (self, item) {
            (Self::Number(number), Item::Number(other)) => other.cmp(number),
            (Self::Instant(instant), Item::Instant(other)) => other.cmp(instant),
            (Self::Text(own), item) => written.compare(item, own.as_bytes()),
            // The kind of a field gives both sides: nothing else meets.
            _ => Ordering::Less,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CertificateKind;
    use crate::catalog::{RecordParts, Scope};

    const UUID: &str = "01010101-0101-0101-0101-0101010101ab";

    fn record() -> Record {
        let mut octets = [1; 16];
        octets[15] = 0xab;
        let certificate =
            Certificate::from_pem(include_str!("../../../vectors/server.pem")).unwrap();
        let parts = RecordParts::new(
            Uuid::from_bytes(octets),
            "Web*1",
            Scope::Cluster,
            CertificateKind::ServerCa,
            certificate,
        );
        let mut record = Record::new(parts).unwrap();
        record.serial_number = Some("0A1B".to_owned());
        record.subject_key_identifier = Some("0A:1B".to_owned());
        record.subject_alternatives.dns = vec!["a.example".to_owned(), "b.example".to_owned()];
        record.subject_alternatives.ip = Vec::new();
        record.key_size = Some(2048);
        record.expiry_time = "2030-01-25T11:20:13Z".parse().unwrap();
        record
    }

    #[test]
    fn what_matches_and_what_does_not() {
        let record = record();
        let view = View::without_name(&record);
        let rows = [
            ("name", "Web*1", true),
            ("name", "\"Web*1\"", true),
            ("name", "\"Web*\"", false),
            ("name", "web*", false),
            ("name", "!web*", true),
            ("name", "!x|Web*", false),
            ("name", "x|!x", true),
            ("name", "!null", true),
            ("name", ">Web", true),
            ("name", "W..X", true),
            ("name", "A..B", false),
            ("type", "SERVER-ca", true),
            ("type", "*_CA", true),
            ("type", "!server|client", true),
            ("scope", "cluster", true),
            ("svm.name", "null", true),
            ("svm.name", "!null", false),
            ("svm.name", "!x", false),
            ("svm.name", "x|!x|*", false),
            ("svm.name", "!!x", false),
            ("uuid", "01010101-0101-0101-0101-0101010101AB", true),
            ("uuid", "*AB", true),
            ("uuid", "!*ab", false),
            ("uuid", ">=01", true),
            ("serial_number", "a1b", true),
            ("serial_number", "00:0A:1B", true),
            ("serial_number", "!0000a1b", false),
            ("serial_number", "0a*", true),
            ("serial_number", "a1*", false),
            ("serial_number", "zz", false),
            ("subject_key_identifier", "0a:1b", true),
            ("subject_key_identifier", "*:1b", true),
            ("subject_alternatives.dns", "b.*", true),
            ("subject_alternatives.dns", "!b.*", false),
            ("subject_alternatives.dns", "!c.*", true),
            ("subject_alternatives.dns", "c|!b.example", false),
            ("subject_alternatives.ip", "null", true),
            ("subject_alternatives.ip", "!10.0.0.1", false),
            ("key_size", "2048", true),
            ("key_size", "=>2048", false),
            ("key_size", ">= 2048", true),
            ("key_size", "<2048", false),
            ("key_size", "1024..2048", true),
            ("key_size", "..2047", false),
            ("key_size", "4096|>2000", true),
            ("expiry_time", "2030-01-25 06:20:13 -0500", true),
            ("expiry_time", "<2030-01-25T11:20:14Z", true),
            ("expiry_time", "2030-01-25T11:20:14Z..", false),
        ];
        for (name, text, expected) in rows {
            let field = Field::filter(name).unwrap();
            let found = Condition::parse(field, text).map(|condition| condition.matches(&view));
            match found {
                Ok(found) => assert_eq!(found, expected, "{name}={text}"),
                Err(error) => assert!(text == "=>2048", "{name}={text}: {error}"),
            }
        }
        let uuid = Condition::equals(Field::Uuid, UUID).unwrap();
        assert!(uuid.matches(&view));
    }

    #[test]
    fn pem_is_compared_without_white_space() {
        let record = record();
        let view = View::without_name(&record);
        let pem = record.certificate.to_pem();
        let other = include_str!("../../../vectors/root.pem");
        let rows = [
            (pem.replace('\n', " "), true),
            (format!("!{pem}"), false),
            (format!("{other}|{pem}"), true),
            (other.to_owned(), false),
            ("x".to_owned(), false),
            (format!("{pem}{other}"), false),
            (format!("{}*", &pem[..40]), true),
            (format!("*{}*", &pem[100..110]), true),
            (format!("*{}*{}*", &pem[100..110], &pem[30..41]), false),
            (format!("*{}*", &pem[100..110].to_ascii_uppercase()), false),
            ("*BEGIN CERT*IFICATE-----".to_owned(), true),
            ("*BEGIN CERT*IFICATE----- ".to_owned(), true),
            ("*IFICATE--".to_owned(), false),
            ("*IFICATE".to_owned(), false),
            ("-----END*".to_owned(), false),
            (format!(">{}", &pem[..40]), true),
            (format!("<{}", &pem[..40]), false),
            (format!(">={pem}"), true),
            (format!(">{pem}"), false),
            (format!("<{pem}A"), true),
        ];
        for (text, expected) in rows {
            let condition = Condition::parse(Field::PublicCertificate, &text).unwrap();
            assert_eq!(condition.matches(&view), expected, "{text}");
        }
    }

    #[test]
    fn values_that_are_none() {
        for (name, text) in [
            ("key_size", "2k"),
            ("key_size", "-1"),
            ("key_size", "20*"),
            ("key_size", "1..x"),
            ("key_size", ""),
            ("type", "ca"),
            ("type", ""),
            ("scope", "node"),
            ("hash_function", "sha3"),
            ("expiry_time", "tomorrow"),
            ("expiry_time", ">"),
            ("uuid", "x*"),
            ("uuid", "0101"),
            ("svm.uuid", ""),
            ("name", "\"x"),
        ] {
            let error = Condition::parse(Field::filter(name).unwrap(), text).unwrap_err();
            assert_eq!(
                error.code(),
                crate::ErrorCode::ValueInvalid,
                "{name}={text}"
            );
            assert_eq!(error.target(), Some(name));
        }
    }
}
