//! The language of filter values: from text to a tree, whatever field it is for.
//!
//! ```text
//! filter      = ["!"] alternative *("|" alternative)
//! alternative = ["!"] (null / order / range / pattern / operand)
//! null        = "null"
//! order       = ("<" / "<=" / ">" / ">=") *SP operand
//! range       = operand ".." [operand] / ".." operand
//! pattern     = an operand without quotes that has "*"
//! operand     = quoted / any text without "|"
//! quoted      = DQUOTE *("\" DQUOTE / "\\" / any other character) DQUOTE
//! ```

/// A filter value: alternatives, perhaps negated as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    pub(super) is_negated: bool,
    /// At least one.
    pub(super) alternatives: Vec<Alternative>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alternative {
    pub(super) is_negated: bool,
    pub(super) form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Null,
    Equal(String),
    /// Text with `*` for any characters.
    Like(String),
    Order(Order, String),
    /// Both ends included; one of them may be open.
    Range(Option<String>, Option<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// Longer ones first.
const ORDERS: [(&str, Order); 4] = [
    ("<=", Order::AtMost),
    (">=", Order::AtLeast),
    ("<", Order::Less),
    (">", Order::Greater),
];

/// The tree of a filter value, or what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Expression, &'static str> {
    let mut rest = text;
    let is_negated = skip(&mut rest, "!");
    let mut alternatives = vec![alternative(&mut rest)?];
    while skip(&mut rest, "|") {
        alternatives.push(alternative(&mut rest)?);
    }
    if rest.is_empty() {
        Ok(Expression {
            is_negated,
            alternatives,
        })
    } else {
        Err("something follows the closing quote")
    }
}

fn skip(rest: &mut &str, token: &str) -> bool {
    let behind = rest.strip_prefix(token);
    *rest = behind.unwrap_or(rest);
    behind.is_some()
}

fn alternative(rest: &mut &str) -> Result<Alternative, &'static str> {
    let is_negated = skip(rest, "!");
    let form = form(rest)?;
    Ok(Alternative { is_negated, form })
}

fn form(rest: &mut &str) -> Result<Form, &'static str> {
    for (token, order) in ORDERS {
        if skip(rest, token) {
            *rest = rest.trim_start_matches(' ');
            let operand = operand(rest, &["|"])?.text;
            if operand.is_empty() {
                return Err("an operator has no value");
            }
            return Ok(Form::Order(order, operand));
        }
    }
    let first = operand(rest, &["|", ".."])?;
    if skip(rest, "..") {
        let last = operand(rest, &["|"])?;
        return match (first.non_blank(), last.non_blank()) {
            (None, None) => Err("a range has no ends"),
            (first, last) => Ok(Form::Range(first, last)),
        };
    }
    Ok(match first {
        Operand {
            is_quoted: true,
            text,
        } => Form::Equal(text),
        Operand { text, .. } if text == "null" => Form::Null,
        Operand { text, .. } if text.contains('*') => Form::Like(text),
        Operand { text, .. } => Form::Equal(text),
    })
}

struct Operand {
    text: String,
    is_quoted: bool,
}

impl Operand {
    /// The end of a range; one that is left out is open.
    fn non_blank(self) -> Option<String> {
        Some(self.text).filter(|text| self.is_quoted || !text.is_empty())
    }
}

/// The text up to the first of these marks; in quotes, up to the closing one.
fn operand(rest: &mut &str, marks: &[&str]) -> Result<Operand, &'static str> {
    if skip(rest, "\"") {
        let text = quoted(rest)?;
        let is_quoted = true;
        return Ok(Operand { text, is_quoted });
    }
    let places = marks.iter().filter_map(|mark| rest.find(mark));
    let (text, behind) = rest.split_at(places.min().unwrap_or(rest.len()));
    *rest = behind;
    Ok(Operand {
        text: text.to_owned(),
        is_quoted: false,
    })
}

fn quoted(rest: &mut &str) -> Result<String, &'static str> {
    let mut text = String::new();
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        let behind = characters.as_str();
        match character {
            '"' => {
                *rest = behind;
                return Ok(text);
            }
            '\\' if behind.starts_with(['"', '\\']) => text.extend(characters.next()),
            other => text.push(other),
        }
    }
    Err("the closing quote is missing")
}

/// Text in quotes, which stands for itself.
pub(in crate::service) fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

/// What such text stands for; `None` if it is not in quotes from end to end.
pub(in crate::service) fn out_of_quotes(text: &str) -> Option<String> {
    let mut rest = text.strip_prefix('"')?;
    let text = quoted(&mut rest).ok()?;
    rest.is_empty().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn only(text: &str) -> Form {
        let Expression {
            is_negated,
            mut alternatives,
        } = parse(text).unwrap();
        assert_eq!((is_negated, alternatives.len()), (false, 1), "{text}");
        let only = alternatives.remove(0);
        assert!(!only.is_negated, "{text}");
        only.form
    }

    fn owned(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn each_form() {
        let rows = [
            ("x", Form::Equal(owned("x"))),
            ("", Form::Equal(owned(""))),
            ("null", Form::Null),
            ("\"null\"", Form::Equal(owned("null"))),
            ("nullx", Form::Equal(owned("nullx"))),
            ("a*b", Form::Like(owned("a*b"))),
            ("\"a*b|c\"", Form::Equal(owned("a*b|c"))),
            (r#""a\"b\\c\d""#, Form::Equal(owned(r#"a"b\c\d"#))),
            ("<x", Form::Order(Order::Less, owned("x"))),
            ("<= x", Form::Order(Order::AtMost, owned("x"))),
            (">\"x|y\"", Form::Order(Order::Greater, owned("x|y"))),
            (">=3072", Form::Order(Order::AtLeast, owned("3072"))),
            (">a..b", Form::Order(Order::Greater, owned("a..b"))),
            ("a..b", Form::Range(Some(owned("a")), Some(owned("b")))),
            ("a..", Form::Range(Some(owned("a")), None)),
            ("..b", Form::Range(None, Some(owned("b")))),
            (
                "\"a..\"..b..c",
                Form::Range(Some(owned("a..")), Some(owned("b..c"))),
            ),
            (
                "a..\"b|\"",
                Form::Range(Some(owned("a")), Some(owned("b|"))),
            ),
            ("a\"b", Form::Equal(owned("a\"b"))),
        ];
        for (text, form) in rows {
            assert_eq!(only(text), form, "{text}");
        }
    }

    #[test]
    fn lists_and_negation() {
        let plain = |text: &str| Alternative {
            is_negated: false,
            form: Form::Equal(owned(text)),
        };
        let negated = Alternative {
            is_negated: true,
            ..plain("b")
        };
        let expression = |is_negated, alternatives| Expression {
            is_negated,
            alternatives,
        };
        assert_eq!(
            parse("a|b"),
            Ok(expression(false, vec![plain("a"), plain("b")]))
        );
        assert_eq!(
            parse("!a|b"),
            Ok(expression(true, vec![plain("a"), plain("b")]))
        );
        assert_eq!(
            parse("a|!b"),
            Ok(expression(false, vec![plain("a"), negated.clone()]))
        );
        assert_eq!(parse("!!b"), Ok(expression(true, vec![negated])));
        assert_eq!(
            parse("a|"),
            Ok(expression(false, vec![plain("a"), plain("")]))
        );
    }

    #[test]
    fn what_is_wrong() {
        for text in [
            "\"a",
            "\"a\"b",
            "\"a\\\"",
            "<",
            ">= ",
            "..",
            "a|\"",
            "!<",
            "x..\"y\"z",
            "\"a\"*",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    fn written(alternative: &Alternative) -> String {
        let form = match &alternative.form {
            Form::Null => owned("null"),
            Form::Equal(text) => in_quotes(text),
            Form::Like(text) => text.clone(),
            Form::Order(order, text) => {
                let token = ORDERS.iter().find(|(_, other)| other == order).unwrap().0;
                format!("{token}{}", in_quotes(text))
            }
            Form::Range(first, last) => {
                let end = |end: &Option<String>| end.as_deref().map_or(String::new(), in_quotes);
                format!("{}..{}", end(first), end(last))
            }
        };
        format!("{}{form}", if alternative.is_negated { "!" } else { "" })
    }

    fn tree() -> impl Strategy<Value = Expression> {
        let text = || "[a-z\"|\\\\*!<>=. é]{0,6}";
        let filled = || "[a-z\"|\\\\*!<>=. é]{1,6}";
        let order = prop::sample::select(ORDERS.map(|(_, order)| order).to_vec());
        let form = prop_oneof![
            Just(Form::Null),
            text().prop_map(Form::Equal),
            "[a-z\\\\é]{0,3}\\*[a-z\\\\é*]{0,3}".prop_map(Form::Like),
            (order, filled()).prop_map(|(order, text)| Form::Order(order, text)),
            (text(), proptest::option::of(text())).prop_map(|(a, b)| Form::Range(Some(a), b)),
            text().prop_map(|b| Form::Range(None, Some(b))),
        ];
        let alternative =
            (any::<bool>(), form).prop_map(|(is_negated, form)| Alternative { is_negated, form });
        (any::<bool>(), prop::collection::vec(alternative, 1..5)).prop_map(
            |(is_negated, alternatives)| {
                // The first `!` of a list is that of the whole.
                let is_negated = is_negated || alternatives[0].is_negated;
                Expression {
                    is_negated,
                    alternatives,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(tree in tree()) {
            let list: Vec<_> = tree.alternatives.iter().map(written).collect();
            let text = format!("{}{}", if tree.is_negated { "!" } else { "" }, list.join("|"));
            prop_assert_eq!(parse(&text), Ok(tree));
        }

        #[test]
        fn quoted_text_stands_for_itself(text in "\\PC{0,20}") {
            prop_assert_eq!(out_of_quotes(&in_quotes(&text)), Some(text.clone()));
            prop_assert_eq!(only(&in_quotes(&text)), Form::Equal(text));
        }

        #[test]
        fn text_without_marks_is_itself(text in "[a-zA-Z0-9 _.-]{1,20}") {
            prop_assume!(!text.contains("..") && text != "null");
            prop_assert_eq!(only(&text), Form::Equal(text));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\"|!<>=.*a\\\\ ]{0,20}") {
            let _ = parse(&text);
        }
    }
}
