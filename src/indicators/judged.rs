//! What was decided about single published values (`signatures/judgements.tsv`, `signatures/left-out.tsv`), asked for
//! a value that somebody else publishes: the reasons hold whoever names it.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Kind, Weakening};

const JUDGEMENTS: &str = include_str!("../../signatures/judgements.tsv");
const LEFT_OUT: &str = include_str!("../../signatures/left-out.tsv");

/// The reasons that hold for an app that others call by the same value: a service that honest apps use, a name that
/// was cut off, an app that is no concern.
const REASONS_THAT_HOLD: [&str; 3] = ["honest-service", "truncated", "no-indicator"];

/// What was decided about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It is no indicator, for this reason.
    LeftOut(&'static str),
    /// It counts for less, for this reason.
    Weakened(Weakening, &'static str),
}

/// The judgement on a value in its normal form. A host is judged as the host it lies below is.
pub fn judgement(kind: Kind, value: &str) -> Option<Judgement> {
    let group = Group::of(kind)?;
    if group != Group::Host {
        return table().get(&(group, value)).copied().map(|(_, judgement)| judgement);
    }
    // Of a URL on such a host, the path tells what it is.
    if value.contains('/') {
        return None;
    }
    let above = value.match_indices('.').map(|(dot, _)| &value[dot + 1..]);
    table().get(&(group, value)).copied().map(|(_, judgement)| judgement).or_else(|| {
        let of_all_below = |name: &str| table().get(&(group, name)).copied().filter(|(code, _)| *code != "truncated");
        above.into_iter().find_map(of_all_below).map(|(_, judgement)| judgement)
    })
}

/// Kinds whose values are judged alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Group {
    Package,
    Certificate,
    Host,
}

impl Group {
    fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Package => Some(Self::Package),
            Kind::CertificateSha1 => Some(Self::Certificate),
            Kind::C2Domain | Kind::Website => Some(Self::Host),
            _ => None,
        }
    }
}

/// The code of the decision, and what was decided.
type Decision = (&'static str, Judgement);

fn table() -> &'static HashMap<(Group, &'static str), Decision> {
    static TABLE: OnceLock<HashMap<(Group, &'static str), Decision>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let weakened = JUDGEMENTS.lines().skip(1).filter_map(|line| {
            let [_, kind, value, verdict, code, reason] = fields(line)?;
            (verdict == "weaken").then_some(())?;
            Some(((Group::of(kind.parse().ok()?)?, value), (code, Judgement::Weakened(code.parse().ok()?, reason))))
        });
        let left_out = LEFT_OUT.lines().skip(1).filter_map(|line| {
            let [_, _, kind, value, _, code, reason] = fields(line)?;
            let holds = REASONS_THAT_HOLD.contains(&code);
            holds.then_some(((Group::of(kind.parse().ok()?)?, value), (code, Judgement::LeftOut(reason))))
        });
        weakened.chain(left_out).collect()
    })
}

fn fields<const N: usize>(line: &'static str) -> Option<[&'static str; N]> {
    <[&str; N]>::try_from(line.split('\t').collect::<Vec<_>>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_judged_whoever_names_it() {
        let code = |kind, value| match judgement(kind, value) {
            Some(Judgement::Weakened(weakening, _)) => weakening.into(),
            Some(Judgement::LeftOut(_)) => "left-out",
            None => "",
        };
        for (kind, value, expected) in [
            (Kind::Package, "com.smart", "generic-name"),
            (Kind::Package, "org.traccar.client", "honest-namesake"),
            (Kind::CertificateSha1, "61b90229f79f730043d06fee46bb8fd9e3a0e70b", "maker-of-other-apps"),
            (Kind::C2Domain, "alog.umeng.com", "left-out"),
            (Kind::Website, "x.appjiagu.com", "left-out"),
            (Kind::C2Domain, "300624.com", "shared-host"),
            (Kind::Website, "api.300624.com", "shared-host"),
            (Kind::C2Domain, "12d60.appspot.com", "left-out"),
            (Kind::C2Domain, "a.12d60.appspot.com", ""),
            (Kind::C2Domain, "hike.in/path", ""),
            (Kind::C2Domain, "example.com", ""),
            (Kind::Package, "com.smarter", ""),
            (Kind::FileSha256, "com.smart", ""),
        ] {
            assert_eq!(code(kind, value), expected, "{value}");
        }
    }

    #[test]
    fn every_decision_is_in_the_table() {
        let weakened = JUDGEMENTS.lines().filter(|line| line.split('\t').nth(3) == Some("weaken"));
        let mut values: Vec<&str> = weakened.filter_map(|line| line.split('\t').nth(2)).collect();
        values.sort_unstable();
        values.dedup();
        let known = table().values().filter(|(_, judgement)| matches!(judgement, Judgement::Weakened(..))).count();
        assert_eq!(known, values.len());
        assert!(table().len() > known + 20, "and those that were left out");
    }
}
