//! What kind of thing happened: gives a dot its colour and its shape. Never the colour alone.

use sim_core::event::Fact;
use sim_core::fact::{Importance, Kind, Phase, Story};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// The user did it, or something broke.
    Fault,
    /// Mended, served, complete.
    Good,
    Zk,
    Watch,
    Leader,
    Isr,
    Rebalance,
    Plain,
}

impl Tone {
    /// The class in the style sheets.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Fault => "tone-fault",
            Tone::Good => "tone-good",
            Tone::Zk => "tone-zk",
            Tone::Watch => "tone-watch",
            Tone::Leader => "tone-leader",
            Tone::Isr => "tone-isr",
            Tone::Rebalance => "tone-rebalance",
            Tone::Plain => "tone-plain",
        }
    }
}

pub fn tone(fact: &Fact) -> Tone {
    let Kind { importance, story, phase } = fact.kind();
    match (story, phase) {
        (Story::Process | Story::Pause | Story::Link, Phase::Ends) => Tone::Good,
        (Story::Process | Story::Pause | Story::Link | Story::Election | Story::Rebalance, Phase::Aside) => Tone::Plain,
        (Story::Process | Story::Pause | Story::Link, _) => Tone::Fault,
        (Story::Ensemble | Story::Session | Story::Election, Phase::Breaks | Phase::Fails) => Tone::Fault,
        (Story::Rebalance | Story::Data, Phase::Fails) => Tone::Fault,
        (Story::Ensemble, _) if importance == Importance::Headline => Tone::Leader,
        (Story::Ensemble | Story::Session | Story::Znode, _) => Tone::Zk,
        (Story::Watch, _) => Tone::Watch,
        (Story::Election, _) => Tone::Leader,
        (Story::Isr, _) => Tone::Isr,
        (Story::Rebalance, Phase::Ends) => Tone::Good,
        (Story::Rebalance, _) => Tone::Rebalance,
        (Story::Order | Story::Membership | Story::Topic | Story::Data, _) => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::sorted::SortedSet;

    /// The names of the facts that look like this.
    fn facts_in(wanted: Tone) -> Vec<&'static str> {
        let samples = Fact::samples();
        let names: SortedSet<_> =
            samples.iter().filter(|fact| tone(fact) == wanted).map(sim_core::event::Fact::name).collect();
        names.into_iter().collect()
    }

    #[test]
    fn what_breaks_looks_broken_and_what_is_mended_looks_mended() {
        assert_eq!(
            facts_in(Tone::Fault),
            [
                "ClientToldExpired",
                "LinkCut",
                "NodeExited",
                "NodeFrozen",
                "NodeKilled",
                "NodePoweredOff",
                "NodeRemoved",
                "NodeStopping",
                "PartitionOffline",
                "QuorumLost",
                "RebalanceFailed",
                "SendFailed",
                "SendGivenUp",
                "SessionExpired",
            ]
        );
        assert_eq!(facts_in(Tone::Good), ["LinkHealed", "NodeStarted", "NodeThawed", "RebalanceCompleted"]);
    }

    #[test]
    fn elections_in_sync_sets_rebalances_and_watches_have_looks_of_their_own() {
        assert_eq!(facts_in(Tone::Leader), ["BecameLeader", "ControllerElected", "LeaderElected", "LeaderServing"]);
        assert_eq!(facts_in(Tone::Isr), ["IsrExpanded", "IsrShrunk"]);
        assert_eq!(facts_in(Tone::Watch), ["WatchFired", "WatchReceived"]);
        assert_eq!(
            facts_in(Tone::Rebalance),
            [
                "AssignmentComputed",
                "ClaimConflict",
                "FetchersStopped",
                "NoBrokersFound",
                "OwnerClaimed",
                "OwnersReleased",
                "OwnershipLost",
                "RebalanceAttemptFailed",
                "RebalanceBackedOff",
                "RebalanceStarted",
                "RebalanceTriggered",
            ]
        );
    }
}
