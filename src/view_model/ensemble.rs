//! The servers of the ensemble as their cards show them, and what the ensemble can do now.

use super::clocks::is_cut;
use super::stage::name;
use crate::layout::Face;
use sim_core::engine::system::Process;
use sim_core::ids::*;
use sim_core::sorted::Sorted;
use sim_core::time::Span;
use sim_core::view::frame::*;
use sim_core::zookeeper::JoinStage;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCard {
    pub id: NodeId,
    pub name: Arc<str>,
    pub process: Process,
    pub role: Option<ServerRole>,
    pub epoch: u32,
    /// Applied, and on its disk.
    pub last_zxid: Zxid,
    pub last_logged: Zxid,
    pub work: Work,
    pub chips: Vec<Chip>,
}

/// What a server is busy with, besides serving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    Nothing,
    Votes(Ballot, Count),
    Joins(Joining),
    /// The leader's proposals that wait for their majority, oldest first.
    Proposals(Vec<Bar>),
}

/// A vote in a round of the election.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ballot {
    pub round: u64,
    pub candidate: u16,
    pub epoch: u32,
    pub zxid: Zxid,
    /// The first vote is for oneself: when this is another, it was bettered.
    pub own: u16,
}

/// How many votes a server counts for its own, and how many there can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub votes: u16,
    pub needed: u16,
    pub voters: u16,
}

/// Where a server is on its way from an election to serving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joining {
    pub stage: JoinStage,
    /// Whom it follows; None: it was elected itself.
    pub leader: Option<u16>,
}

/// A proposal and its voters: those that are furthest first, so that acknowledgements fill it from the left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub zxid: Zxid,
    pub cells: Vec<(u16, VoterProgress)>,
    /// So many make a majority.
    pub majority: u16,
}

/// A session at a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    pub client: Arc<str>,
    /// By the leader's clock; None when nobody counts.
    pub left: Option<Span>,
    pub timeout_ms: u32,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// At the leader: connected to no server, and the clock runs.
    Nowhere,
    Here,
    /// The server believes so; the client has moved to another, or its session is over.
    NotAnyMore,
}

/// What a client can do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Possible {
    /// The named ones serve without hearing of new writes.
    WritesAndReads {
        stale: Vec<Arc<str>>,
    },
    ReadsOnly {
        at: Vec<Arc<str>>,
    },
    /// Elected, but not followed by a majority yet.
    Gathering {
        leader: Arc<str>,
    },
    Election,
    NoMajority,
}

/// How many chips and bars a card has room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    pub chips: usize,
    pub bars: usize,
    /// Bars have a line of their own; else they take the place of the zxid while there are some.
    pub desk: bool,
}

// As in `style/stage.css`.
pub(crate) const PAD_REM: f64 = 0.5;
pub(crate) const HEAD_REM: f64 = 2.5;
pub(crate) const HEAD_NARROW_REM: f64 = 3.4;
pub(crate) const DESK_REM: f64 = 1.4;
pub(crate) const CHIP_LINE_REM: f64 = 1.35;
pub(crate) const CHIP_REM: f64 = 6.4;
pub(crate) const CHIP_NARROW_REM: f64 = 5.4;
pub(crate) const CHIP_GAP_REM: f64 = 0.4;

/// The leader keeps a line free for its proposals, for chips that jump at each write could not be read; unless that line is
/// what its sessions lack.
pub fn room(face: &Face, card: &ServerCard) -> Room {
    let (sessions, leads) = (card.chips.len(), card.leads());
    let (rem, narrow, rect) = (face.rem, face.narrow, face.rect);
    let width_rem = rect.w / rem - 2.0 * if narrow { PAD_REM } else { 1.5 * PAD_REM };
    let (head, chip) = if narrow { (HEAD_NARROW_REM, CHIP_NARROW_REM) } else { (HEAD_REM, CHIP_REM) };
    let columns = ((width_rem + CHIP_GAP_REM) / (chip + CHIP_GAP_REM)).floor().max(1.0);
    let chips = |desk: f64| {
        let lines = ((rect.h / rem - 2.0 * PAD_REM - head - desk) / CHIP_LINE_REM).floor().max(1.0);
        (columns * lines) as usize
    };
    let (beside_desk, alone) = (chips(if leads { DESK_REM } else { 0.0 }), chips(0.0));
    let desk = !leads || sessions <= beside_desk || alone == beside_desk;
    // A bar has its zxid and a cell for each voter; in the head stands the emblem.
    let (bar, before) = (4.0 + 1.15 * face.servers as f64, if desk { 1.5 } else { 2.6 });
    let bars = ((width_rem - before) / bar).floor().max(1.0) as usize;
    Room { chips: if desk { beside_desk } else { alone }, bars, desk }
}

impl ServerCard {
    /// A standalone server has none, and what does not run says nothing of itself.
    pub fn has_epoch(&self) -> bool {
        self.process == Process::Running && self.role != Some(ServerRole::Standalone)
    }

    pub fn serves(&self) -> bool {
        self.process.is_up() && self.work == Work::Nothing || matches!(self.work, Work::Proposals(_))
    }

    pub fn leads(&self) -> bool {
        matches!(self.role, Some(ServerRole::Leading | ServerRole::Standalone))
    }
}

pub fn server(frame: &Frame, id: NodeId) -> Option<ServerCard> {
    let view = frame.servers().find(|server| server.id == id)?;
    Some(ServerCard {
        id,
        name: view.name.clone(),
        process: view.process,
        role: view.role,
        epoch: view.epoch,
        last_zxid: view.last_zxid,
        last_logged: view.last_logged,
        work: if view.process.is_up() { work(frame, view) } else { Work::Nothing },
        chips: if view.process.is_up() { chips(frame, view) } else { Vec::new() },
    })
}

fn number(id: NodeId) -> u16 {
    match id {
        NodeId::Zk(number) => number,
        _ => 0,
    }
}

fn work(frame: &Frame, view: Seen<'_, ServerView>) -> Work {
    if let Some(stage) = view.joining {
        return Work::Joins(Joining { stage, leader: view.leader.map(number) });
    }
    match (view.role, view.ballot) {
        (Some(ServerRole::Looking), Some(ballot)) => {
            let (votes, needed) = view.votes.unwrap_or_default();
            let ballot = Ballot {
                round: view.round.unwrap_or(0),
                candidate: ballot.leader,
                epoch: ballot.epoch,
                zxid: ballot.zxid,
                own: number(view.id),
            };
            Work::Votes(ballot, Count { votes, needed, voters: frame.servers().count() as u16 })
        }
        _ if view.proposals.is_empty() => Work::Nothing,
        _ => Work::Proposals(view.proposals.iter().map(|proposal| bar(proposal, frame.servers().count())).collect()),
    }
}

pub fn majority(voters: usize) -> usize {
    voters / 2 + 1
}

fn bar(proposal: &ProposalView, voters: usize) -> Bar {
    let mut cells = proposal.voters.clone();
    cells.sort_stably_by_key(|(voter, progress)| (std::cmp::Reverse(*progress), *voter));
    Bar { zxid: proposal.zxid, cells, majority: majority(voters) as u16 }
}

fn is_leader(view: &ServerView) -> bool {
    view.serving && matches!(view.role, Some(ServerRole::Leading | ServerRole::Standalone))
}

/// The sessions at this server; at the leader also those that are nowhere. The most endangered first.
fn chips(frame: &Frame, view: Seen<'_, ServerView>) -> Vec<Chip> {
    let chip = |session: &SessionView, place: Place| Chip {
        client: session.client.map_or_else(|| Arc::from("?"), |id| name(frame, id)),
        left: session.expires_in,
        timeout_ms: session.timeout_ms,
        place,
    };
    let mut chips: Vec<Chip> = Vec::new();
    for (id, client) in &view.attached {
        chips.push(match frame.sessions().iter().find(|session| session.session == *id) {
            Some(session) if session.server == Some(view.id) => chip(session, Place::Here),
            Some(session) => Chip { left: None, ..chip(session, Place::NotAnyMore) },
            None => Chip { client: name(frame, *client), left: None, timeout_ms: 0, place: Place::NotAnyMore },
        });
    }
    if is_leader(&view) && view.process.handles() {
        let nowhere = frame.sessions().iter().filter(|session| session.server.is_none());
        chips.extend(nowhere.map(|session| chip(session, Place::Nowhere)));
    }
    chips.sort_stably_by(|a, b| (a.place, &a.client).cmp(&(b.place, &b.client)));
    chips
}

pub fn possible(frame: &Frame) -> Possible {
    let quorum = majority(frame.servers().count());
    let runs = |view: &Seen<'_, ServerView>| view.process.handles();
    let with_leader = |leader: &Seen<'_, ServerView>, view: &Seen<'_, ServerView>| {
        view.id == leader.id
            || (view.role == Some(ServerRole::Following)
                && view.leader == Some(leader.id)
                && view.serving
                && !is_cut(frame, leader.id, view.id))
    };
    let readers = || frame.servers().filter(runs).filter(|view| view.serving);
    let names =
        |of: &mut dyn Iterator<Item = Seen<'_, ServerView>>| of.map(|view| view.name.clone()).collect::<Vec<_>>();
    let commits = |leader: &Seen<'_, ServerView>| {
        is_leader(leader) && readers().filter(|view| with_leader(leader, view)).count() >= quorum
    };
    if let Some(leader) = readers().find(commits) {
        return Possible::WritesAndReads { stale: names(&mut readers().filter(|view| !with_leader(&leader, view))) };
    }
    let at = names(&mut readers());
    if !at.is_empty() {
        return Possible::ReadsOnly { at };
    }
    let reached_by = |view: &Seen<'_, ServerView>| {
        frame.servers().filter(runs).filter(|other| !is_cut(frame, view.id, other.id)).count()
    };
    if !frame.servers().filter(runs).any(|view| reached_by(&view) >= quorum) {
        return Possible::NoMajority;
    }
    match frame.servers().filter(runs).find(|view| view.role == Some(ServerRole::Leading)) {
        Some(leader) => Possible::Gathering { leader: leader.name.clone() },
        None => Possible::Election,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::fixture;

    fn frame() -> Frame {
        let mut frame = fixture::broker_3_died();
        frame.cuts.clear();
        frame
    }

    fn names(chips: &[Chip]) -> Vec<(&str, Place)> {
        chips.iter().map(|chip| (&*chip.client, chip.place)).collect()
    }

    fn set(frame: &mut Frame, server: u16, role: ServerRole, serving: bool) {
        fixture::node(frame, NodeId::Zk(server)).process = Process::Running;
        let view = fixture::server_of(frame, server);
        (view.role, view.serving) = (Some(role), serving);
    }

    #[test]
    fn sessions_stand_at_their_servers_and_those_that_are_nowhere_at_the_leader() {
        let frame = frame();
        let follower = server(&frame, NodeId::Zk(1)).expect("zk1");
        assert_eq!(names(&follower.chips), [("billing-b", Place::Here)]);
        let leader = server(&frame, NodeId::Zk(2)).expect("zk2");
        let expected = [
            ("broker 3", Place::Nowhere),
            ("billing-a", Place::Here),
            ("billing-c", Place::Here),
            ("broker 1", Place::Here),
            ("broker 2", Place::Here),
        ];
        assert_eq!(names(&leader.chips), expected);
        assert_eq!(leader.chips[0].left, Some(Span::ms(1_400)));
    }

    #[test]
    fn a_server_that_was_left_still_believes_in_the_session() {
        let mut frame = frame();
        fixture::server_of(&mut frame, 1).attached.push((SessionId(0x101), NodeId::Broker(1)));
        let left = server(&frame, NodeId::Zk(1)).expect("zk1");
        assert_eq!(names(&left.chips), [("billing-b", Place::Here), ("broker 1", Place::NotAnyMore)]);
        assert_eq!(left.chips[1].left, None, "no time is shown where none counts");
    }

    #[test]
    fn a_looking_server_shows_its_ballot_and_whom_it_first_voted_for() {
        let mut frame = frame();
        set(&mut frame, 1, ServerRole::Looking, false);
        fixture::server_of(&mut frame, 1).round = Some(3);
        fixture::server_of(&mut frame, 1).ballot = Some(BallotView { leader: 2, epoch: 1, zxid: Zxid::new(1, 0x30) });
        let expected = Ballot { round: 3, candidate: 2, epoch: 1, zxid: Zxid::new(1, 0x30), own: 1 };
        fixture::server_of(&mut frame, 1).votes = Some((1, 2));
        let count = Count { votes: 1, needed: 2, voters: 3 };
        assert_eq!(server(&frame, NodeId::Zk(1)).expect("zk1").work, Work::Votes(expected, count));
    }

    #[test]
    fn acknowledgements_fill_a_bar_from_the_left_past_the_majority() {
        let mut frame = frame();
        use VoterProgress::{Acknowledged, Logged, Received};
        let voters = vec![(1, Received), (2, Acknowledged), (3, Logged)];
        fixture::server_of(&mut frame, 2).proposals = vec![ProposalView { zxid: Zxid::new(1, 0x30), voters }];
        let Work::Proposals(bars) = server(&frame, NodeId::Zk(2)).expect("zk2").work else { panic!("it proposes") };
        assert_eq!(bars[0].cells, [(2, Acknowledged), (3, Logged), (1, Received)]);
        assert_eq!(bars[0].majority, 2);
        assert_eq!((majority(1), majority(2), majority(4), majority(5)), (1, 2, 3, 3));
    }

    #[test]
    fn the_light_says_what_a_client_can_do() {
        let mut frame = frame();
        assert_eq!(possible(&frame), Possible::WritesAndReads { stale: vec![] }, "two of three are enough");
        fixture::node(&mut frame, NodeId::Zk(1)).process = Process::Frozen { stopping: false };
        assert_eq!(possible(&frame), Possible::ReadsOnly { at: vec!["zk2".into()] }, "the leader does not know yet");
        fixture::node(&mut frame, NodeId::Zk(2)).process = Process::Killed;
        assert_eq!(possible(&frame), Possible::NoMajority);
    }

    #[test]
    fn who_is_cut_off_from_the_leader_serves_stale_reads() {
        let mut frame = frame();
        set(&mut frame, 3, ServerRole::Following, true);
        fixture::server_of(&mut frame, 3).leader = Some(NodeId::Zk(2));
        frame.cuts = vec![(NodeId::Zk(1), NodeId::Zk(2))];
        assert_eq!(possible(&frame), Possible::WritesAndReads { stale: vec!["zk1".into()] });
        frame.cuts.push((NodeId::Zk(2), NodeId::Zk(3)));
        let at = vec!["zk1".into(), "zk2".into(), "zk3".into()];
        assert_eq!(possible(&frame), Possible::ReadsOnly { at });
    }

    #[test]
    fn between_a_leader_and_the_next_there_is_an_election_and_a_gathering() {
        let mut frame = frame();
        fixture::node(&mut frame, NodeId::Zk(2)).process = Process::Killed;
        for number in [1, 3] {
            set(&mut frame, number, ServerRole::Looking, false);
        }
        assert_eq!(possible(&frame), Possible::Election);
        set(&mut frame, 3, ServerRole::Leading, false);
        assert_eq!(possible(&frame), Possible::Gathering { leader: "zk3".into() });
        frame.cuts = vec![(NodeId::Zk(1), NodeId::Zk(3))];
        assert_eq!(possible(&frame), Possible::NoMajority, "two that cannot talk are not a majority");
    }
}
