//! `docs/configuration.md` has every setting, every flag and every environment variable, and no other.

use crate::cli::Cli;
use clap::CommandFactory as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const PAGE: &str = include_str!("../../docs/configuration.md");
/// The structures of the file are its settings.
const FILE: &str = include_str!("file.rs");

/// The fields of each structure, with their types.
fn structures() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let mut structures = BTreeMap::<_, Vec<_>>::new();
    let mut current = None;
    for line in FILE.lines() {
        if let Some(rest) = line.strip_prefix("pub(super) struct ") {
            current = rest.split_once(' ').map(|(name, _)| name);
        } else if line == "}" {
            current = None;
        }
        let field = line
            .strip_prefix("    pub(super) ")
            .and_then(|rest| rest.split_once(": "));
        if let (Some(name), Some((field, kind))) = (current, field) {
            let fields = structures.entry(name).or_default();
            fields.push((field, kind.trim_end_matches(',')));
        }
    }
    structures
}

fn settings(
    structure: &str,
    above: &str,
    structures: &BTreeMap<&str, Vec<(&str, &str)>>,
) -> BTreeSet<String> {
    let fields = structures[structure].iter();
    let below = fields.flat_map(|(field, kind)| {
        let path = format!("{above}{field}");
        let inner = kind.trim_start_matches("Vec<").trim_end_matches('>');
        if structures.contains_key(inner) {
            settings(inner, &format!("{path}."), structures)
        } else {
            BTreeSet::from([path])
        }
    });
    below.collect()
}

#[test]
fn every_setting_has_its_row() {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `"));
    let described: BTreeSet<_> = rows
        .filter_map(|row| row.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect();
    let settings = settings("File", "", &structures());
    assert!(settings.len() > 30, "{settings:?}");
    assert_eq!(described, settings);
}

#[test]
fn every_flag_is_there_with_its_variable() {
    for argument in Cli::command().get_arguments() {
        let Some(flag) = argument.get_long() else {
            continue;
        };
        assert!(PAGE.contains(&format!("`--{flag}")), "--{flag}");
        let variable = argument
            .get_env()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        assert!(
            PAGE.contains(&format!("`{variable}`")),
            "{variable} of --{flag}"
        );
    }
}

/// A configuration in which every default of the page is set.
fn with_defaults() -> String {
    let mut text = String::new();
    for row in PAGE.lines().filter_map(|line| line.strip_prefix("| `")) {
        let mut cells = row.split(" | ");
        let (Some(name), Some(default)) = (cells.next(), cells.next()) else {
            continue;
        };
        let name = name.trim_end_matches('`');
        // Those of lists, and words that describe a default.
        if name.starts_with("users.") || name.starts_with("cluster.svms.") {
            continue;
        }
        let value = match default
            .strip_prefix('`')
            .and_then(|own| own.strip_suffix('`'))
        {
            Some(own) if own.starts_with('[') => own.to_owned(),
            Some(own) if !own.contains('`') => format!("{own:?}"),
            None if default.parse::<u32>().is_ok() || default == "false" => default.to_owned(),
            _ => continue,
        };
        let _ = writeln!(text, "{name} = {value}");
    }
    text
}

#[test]
fn every_default_is_the_one_in_force() {
    let postgres = "store.postgres = \"postgresql://h/d\"\n";
    let config = |text: &str| {
        let file = super::file::File::parse(&format!("{text}{postgres}")).unwrap();
        let folder = std::path::Path::new("");
        let settings = crate::cli::Settings::default();
        let config = super::Config::of(&settings, file, folder).unwrap();
        format!("{config:#?}")
    };
    let text = with_defaults();
    assert!(text.lines().count() > 15, "{text}");
    assert_eq!(config(&text), config(""));
}
