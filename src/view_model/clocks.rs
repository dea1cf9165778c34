//! The two clocks of a session and the connection between them. The client's clock says how long it has
//! heard nothing, the leader's when the session's bucket expires. They agree only while both hear each other:
//! where they do not, a [`Note`] says so.

use sim_core::engine::system::Process;
use sim_core::ids::*;
use sim_core::release::ZkVersion;
use sim_core::time::Span;
use sim_core::view::frame::*;
use sim_core::zookeeper::{ClientLink, KeeperState};

/// A session as a client's card shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    pub session: SessionId,
    pub timeout_ms: u32,
    pub version: ZkVersion,
    /// What the client believes. None: its process is down, nobody believes anything.
    pub state: Option<KeeperState>,
    /// The client's clock: how long it has heard nothing. None: there is no client that counts.
    pub silent: Option<Span>,
    /// A frozen process does not look at its clock.
    pub frozen: bool,
    /// Disconnected, with a library that gives up by itself: when it does.
    pub gives_up_in: Option<Span>,
    pub tcp: Tcp,
    pub counting: Counting,
}

/// The connection, as it is and not as one end believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tcp {
    None,
    /// The next server is tried after a pause.
    Pausing,
    Connecting(NodeId),
    /// Connected; the session is not confirmed yet.
    Greeting(NodeId),
    Connected(NodeId),
    /// The client believes to be connected, and nothing can come.
    HalfOpen(NodeId, Broken),
}

/// Why nothing can come over an open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    ClientFrozen,
    ServerFrozen,
    /// Its machine lost power, or its process is gone and the news of it is on its way.
    ServerGone,
    Cut,
    /// The server has closed its end.
    OtherEndClosed,
}

/// The leader's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// The bucket of its expiry is over after this.
    Left(Span),
    /// Expired or closed; the transaction may be under way still.
    Over,
    /// Nobody leads, so nobody counts.
    NoLeader,
    /// The leader stands still, and its clock with it.
    LeaderFrozen,
    /// The client never had a session.
    NoSession,
}

/// What a reader should be told about a session that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The client believes in a session that the leader has ended.
    BelievesInVain,
    /// Disconnected, and does not know that there is nothing to come back to.
    OverUnnoticed,
    /// Its library gave up; the leader still counts.
    GaveUpBeforeLeader,
    /// It was told.
    Expired,
    Disconnected,
    /// Nobody is there, and the leader does not know yet.
    LeftBehind,
    CannotLook,
    Closed,
}

impl Clocks {
    /// Later, with nothing having happened in between.
    pub fn after(self, passed: Span) -> Clocks {
        let less = |span: Span| Span(span.0.saturating_sub(passed.0));
        Clocks {
            silent: self.silent.map(|silent| Span(silent.0 + passed.0)),
            gives_up_in: self.gives_up_in.map(less),
            counting: match self.counting {
                Counting::Left(left) => Counting::Left(less(left)),
                other => other,
            },
            ..self
        }
    }

    /// Worth looking at: it was silent for longer than a ping takes to come.
    pub fn in_danger(&self) -> bool {
        let half = Span::ms(u64::from(self.timeout_ms) / 2);
        let late = matches!(self.counting, Counting::Left(left) if left < half);
        late || self.silent.is_some_and(|silent| silent > half)
    }

    /// The leader's clock runs.
    pub fn is_counted(&self) -> bool {
        matches!(self.counting, Counting::Left(_))
    }

    /// When the client's ring is full: at the timeout, and for a library that gives up by itself, when it does.
    pub fn full_us(&self) -> u64 {
        let timeout = Span::ms(u64::from(self.timeout_ms));
        self.version.gives_up_after(timeout).unwrap_or(timeout).0
    }

    /// The client says "disconnected" after two thirds of the timeout: where that is on its ring, in thousandths.
    pub fn two_thirds(&self) -> u64 {
        let full = self.full_us().max(1);
        (u64::from(self.timeout_ms) * 2_000_000 / 3 + full / 2) / full
    }

    pub fn note(&self) -> Option<Note> {
        let over = matches!(self.counting, Counting::Over);
        match self.state? {
            KeeperState::SyncConnected if over => Some(Note::BelievesInVain),
            KeeperState::SyncConnected => self.frozen.then_some(Note::CannotLook),
            KeeperState::Disconnected if over => Some(Note::OverUnnoticed),
            // At its start it has nothing to lose yet.
            KeeperState::Disconnected => (self.counting != Counting::NoSession).then_some(Note::Disconnected),
            KeeperState::Expired if matches!(self.counting, Counting::Left(_)) => Some(Note::GaveUpBeforeLeader),
            KeeperState::Expired => Some(Note::Expired),
            KeeperState::Closed => Some(Note::Closed),
        }
    }

    /// As [`Clocks::note`], with what is to be said of a process that does not run.
    pub fn note_or_left_behind(&self) -> Option<Note> {
        let left_behind = self.state.is_none() && !matches!(self.counting, Counting::Over | Counting::NoSession);
        self.note().or_else(|| left_behind.then_some(Note::LeftBehind))
    }
}

impl Note {
    /// Client and leader disagree about whether the session lives.
    pub const fn is_disagreement(self) -> bool {
        matches!(self, Note::BelievesInVain | Note::OverUnnoticed | Note::GaveUpBeforeLeader | Note::LeftBehind)
    }
}

/// The clocks of a node's session, or of the one that its last process left behind.
pub fn of(frame: &Frame, client: NodeId, process: Process, zk: Option<&ZkClientView>) -> Option<Clocks> {
    let zk = zk.filter(|_| process.is_up());
    // A restarted process may have a session beside the one it left behind: its own is shown.
    let own = zk.and_then(|zk| frame.sessions().iter().find(|session| session.session == zk.session));
    let left_behind = || frame.sessions().iter().rev().find(|session| session.client == Some(client));
    let looks_ahead = zk.is_some_and(|zk| zk.state != KeeperState::Expired);
    let session = own.or_else(|| if looks_ahead { None } else { left_behind() });
    let timeout_ms = zk.map(|zk| zk.timeout_ms).or(session.map(|session| session.timeout_ms))?;
    let frozen = process.is_frozen();
    let state = zk.map(|zk| zk.state);
    let ends = matches!(state, Some(KeeperState::Expired | KeeperState::Closed));
    Some(Clocks {
        session: zk.map(|zk| zk.session).or(session.map(|session| session.session)).unwrap_or_default(),
        timeout_ms,
        version: frame.release.zookeeper,
        state,
        silent: zk.filter(|_| !ends).map(|zk| zk.silence),
        frozen,
        gives_up_in: zk.and_then(|zk| zk.gives_up_in),
        tcp: zk.map_or(Tcp::None, |zk| tcp(frame, client, frozen, zk)),
        counting: match session {
            Some(session) => counting(frame, session),
            None if zk.is_some_and(|zk| zk.session != SessionId(0)) || state == Some(KeeperState::Expired) => {
                Counting::Over
            }
            None => Counting::NoSession,
        },
    })
}

/// Whether a client believes in a connection over which nothing can come.
pub fn is_half_open(frame: &Frame, client: NodeId) -> bool {
    let zk = frame.node(client).and_then(|node| Some((node.process, node.card.zk()?)));
    zk.is_some_and(|(process, zk)| matches!(tcp(frame, client, process.is_frozen(), zk), Tcp::HalfOpen(..)))
}

fn counting(frame: &Frame, session: &SessionView) -> Counting {
    let leads = |server: &Seen<'_, ServerView>| {
        server.process.is_up()
            && server.serving
            && matches!(server.role, Some(ServerRole::Leading | ServerRole::Standalone))
    };
    if let Some(left) = session.expires_in {
        return Counting::Left(left);
    }
    match frame.servers().filter(leads).map(|server| server.process.handles()).max() {
        Some(true) => Counting::Over,
        Some(false) => Counting::LeaderFrozen,
        None => Counting::NoLeader,
    }
}

fn tcp(frame: &Frame, client: NodeId, frozen: bool, zk: &ZkClientView) -> Tcp {
    let server = match zk.link {
        ClientLink::None => return Tcp::None,
        ClientLink::Pausing => return Tcp::Pausing,
        ClientLink::Connecting(server) => return Tcp::Connecting(server),
        ClientLink::Greeting(server) => return Tcp::Greeting(server),
        ClientLink::Connected(server) => server,
    };
    let Some(view) = frame.servers().find(|view| view.id == server) else { return Tcp::Connected(server) };
    let broken = match view.process {
        Process::Frozen { .. } => Some(Broken::ServerFrozen),
        process if !process.is_up() => Some(Broken::ServerGone),
        _ if frozen => Some(Broken::ClientFrozen),
        _ if is_cut(frame, client, server) => Some(Broken::Cut),
        _ if !view.attached.contains(&(zk.session, client)) => Some(Broken::OtherEndClosed),
        _ => None,
    };
    broken.map_or(Tcp::Connected(server), |broken| Tcp::HalfOpen(server, broken))
}

pub(super) fn is_cut(frame: &Frame, a: NodeId, b: NodeId) -> bool {
    frame.cuts.iter().any(|cut| *cut == (a, b) || *cut == (b, a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::fixture;

    /// A frame with one bare client at zk1.
    fn frame() -> Frame {
        let mut frame = fixture::broker_3_died();
        frame.cuts.clear();
        frame.nodes.push(fixture::shell(1));
        fixture::server_of(&mut frame, 1).attached.push((SessionId(0x31), NodeId::ZkShell(1)));
        fixture::zookeeper(&mut frame).sessions.push(SessionView {
            session: SessionId(0x31),
            client: Some(NodeId::ZkShell(1)),
            server: Some(NodeId::Zk(1)),
            timeout_ms: 6_000,
            expires_in: Some(Span::ms(5_700)),
            silence: Some(Span::ms(300)),
        });
        frame
    }

    const CLIENT: NodeId = NodeId::ZkShell(1);

    fn clocks(frame: &Frame) -> Clocks {
        let shell = frame.node(CLIENT).expect("it is there");
        of(frame, shell.id, shell.process, shell.card.zk()).expect("it has a session")
    }

    fn client(frame: &mut Frame) -> &mut ZkClientView {
        let Card::Shell(shell) = &mut fixture::node(frame, CLIENT).card else { panic!("a bare client") };
        shell.zk.as_mut().expect("it runs")
    }

    fn session_is_gone(frame: &mut Frame) {
        fixture::zookeeper(frame).sessions.retain(|session| session.session != SessionId(0x31));
    }

    #[test]
    fn while_both_ends_hear_each_other_there_is_nothing_to_say() {
        let clocks = clocks(&frame());
        assert_eq!(clocks.tcp, Tcp::Connected(NodeId::Zk(1)));
        assert_eq!(clocks.counting, Counting::Left(Span::ms(5_700)));
        assert_eq!(clocks.note_or_left_behind(), None);
        assert!(!clocks.in_danger());
    }

    #[test]
    fn both_clocks_run_on_between_two_steps() {
        let later = clocks(&frame()).after(Span::ms(3_000));
        assert_eq!(later.silent, Some(Span::ms(3_300)));
        assert_eq!(later.counting, Counting::Left(Span::ms(2_700)));
        assert!(later.in_danger());
        assert_eq!(later.after(Span::ms(60_000)).counting, Counting::Left(Span::ZERO));
    }

    #[test]
    fn a_frozen_client_believes_in_the_session_that_the_leader_has_ended() {
        let mut frame = frame();
        fixture::node(&mut frame, CLIENT).process = Process::Frozen { stopping: false };
        assert_eq!(clocks(&frame).tcp, Tcp::HalfOpen(NodeId::Zk(1), Broken::ClientFrozen));
        assert_eq!(clocks(&frame).note(), Some(Note::CannotLook));
        session_is_gone(&mut frame);
        assert_eq!(clocks(&frame).note(), Some(Note::BelievesInVain));
        // It wakes up, and believes still, over a connection that its server has closed.
        fixture::node(&mut frame, CLIENT).process = Process::Running;
        fixture::server_of(&mut frame, 1).attached.clear();
        assert_eq!(clocks(&frame).tcp, Tcp::HalfOpen(NodeId::Zk(1), Broken::OtherEndClosed));
        assert_eq!(clocks(&frame).note(), Some(Note::BelievesInVain));
        // It reconnects and is told.
        client(&mut frame).state = KeeperState::Expired;
        assert_eq!(clocks(&frame).note(), Some(Note::Expired));
        assert_eq!(clocks(&frame).silent, None);
    }

    #[test]
    fn a_disconnected_client_cannot_know_that_its_session_is_over() {
        let mut frame = frame();
        *client(&mut frame) = ZkClientView {
            state: KeeperState::Disconnected,
            server: None,
            link: ClientLink::Connecting(NodeId::Zk(2)),
            ..client(&mut frame).clone()
        };
        assert_eq!(clocks(&frame).tcp, Tcp::Connecting(NodeId::Zk(2)));
        assert_eq!(clocks(&frame).note(), Some(Note::Disconnected));
        session_is_gone(&mut frame);
        assert_eq!(clocks(&frame).note(), Some(Note::OverUnnoticed));
    }

    #[test]
    fn without_a_leader_nobody_counts() {
        let mut frame = frame();
        fixture::zookeeper(&mut frame).sessions.iter_mut().for_each(|session| session.expires_in = None);
        assert_eq!(clocks(&frame).counting, Counting::Over, "a leader that does not count has ended it");
        fixture::node(&mut frame, NodeId::Zk(2)).process = Process::Frozen { stopping: false };
        assert_eq!(clocks(&frame).counting, Counting::LeaderFrozen);
        fixture::server_of(&mut frame, 2).role = Some(ServerRole::Looking);
        assert_eq!(clocks(&frame).counting, Counting::NoLeader);
    }

    #[test]
    fn a_library_of_3_9_gives_up_by_itself_and_the_leader_may_count_still() {
        let mut frame = frame();
        assert_eq!(clocks(&frame).full_us(), 6_000_000);
        assert_eq!(clocks(&frame).two_thirds(), 667, "4 s of 6 s");
        frame.release.zookeeper = ZkVersion::V3_9;
        assert_eq!(clocks(&frame).full_us(), 8_000_000);
        assert_eq!(clocks(&frame).two_thirds(), 500, "4 s of 8 s");
        client(&mut frame).state = KeeperState::Expired;
        client(&mut frame).link = ClientLink::None;
        assert_eq!(clocks(&frame).note(), Some(Note::GaveUpBeforeLeader));
        assert!(Note::GaveUpBeforeLeader.is_disagreement());
    }

    #[test]
    fn a_connection_is_half_open_when_nothing_can_come_over_it() {
        let mut frozen = frame();
        fixture::node(&mut frozen, NodeId::Zk(1)).process = Process::Frozen { stopping: false };
        assert_eq!(clocks(&frozen).tcp, Tcp::HalfOpen(NodeId::Zk(1), Broken::ServerFrozen));
        let mut off = frame();
        fixture::node(&mut off, NodeId::Zk(1)).process = Process::PoweredOff;
        assert_eq!(clocks(&off).tcp, Tcp::HalfOpen(NodeId::Zk(1), Broken::ServerGone));
        let mut cut = frame();
        cut.cuts = vec![(NodeId::Zk(1), NodeId::ZkShell(1))];
        assert_eq!(clocks(&cut).tcp, Tcp::HalfOpen(NodeId::Zk(1), Broken::Cut));
        assert!(is_half_open(&cut, NodeId::ZkShell(1)) && !is_half_open(&frame(), NodeId::ZkShell(1)));
    }

    #[test]
    fn a_dead_process_leaves_a_session_behind_that_the_leader_counts_down() {
        let frame = fixture::broker_3_died();
        let dead = of(&frame, NodeId::Broker(3), Process::Killed, None).expect("its session lives");
        assert_eq!((dead.silent, dead.counting), (None, Counting::Left(Span::ms(1_400))));
        assert_eq!(dead.note_or_left_behind(), Some(Note::LeftBehind));
    }
}
