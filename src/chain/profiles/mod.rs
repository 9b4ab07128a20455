//! How strictly certificates are judged, beside path validation itself: the rules of each profile.

mod public_suffixes;
mod rfc5280;
mod rule;
#[cfg(test)]
mod table;
mod web_pki;

pub use public_suffixes::PublicSuffixes;
pub(in crate::chain) use rule::Standing;
pub(in crate::chain) use web_pki::wildcards;

use super::defect::ChainRule;
use super::node::{Node, ReadExtensions};
use super::profile::Profile;
use rule::Rule;

/// The rules that a profile adds to those of the profiles before it.
const fn added(profile: Profile) -> &'static [Rule] {
    match profile {
        Profile::Compatible => &[],
        Profile::Rfc5280 => rfc5280::RULES,
        Profile::WebPki => web_pki::RULES,
    }
}

/// The rules of a profile for a certificate that stands there, beside those for others.
pub(in crate::chain) fn check(
    profile: Profile,
    standing: Standing,
    node: &Node<'_>,
    extensions: &ReadExtensions<'_>,
) -> Result<(), ChainRule> {
    let profiles = Profile::ALL.into_iter().filter(|known| *known <= profile);
    let mut due = profiles
        .flat_map(added)
        .filter_map(|rule| rule.check.at(standing));
    due.try_for_each(|judge| judge(node, extensions))
        .map_err(ChainRule::Profile)
}
