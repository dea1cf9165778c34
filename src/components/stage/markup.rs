//! Small things of the stage as HTML text: rings, chips, ballots, bars. Text instead of elements of their own
//! types, since there are many and they change many times a second; pure, so that tests read them. Names come
//! from users and are escaped.

use super::card::process_word;
use crate::i18n::{Lang, StageWord, counted, names};
use crate::view_model::clocks::{Broken, Clocks, Counting, Note, Tcp};
use crate::view_model::ensemble::{Ballot, Bar, Count, Joining, Place, Possible, ServerCard, Work};
use crate::view_model::text::{escape, seconds, zxid};
use sim_core::frame::{ServerRole, VoterProgress};
use sim_core::ids::NodeId;
use sim_core::system::Process;
use sim_core::time::Span;
use sim_core::zookeeper::{JoinStage, ZkVersion};
use std::cmp::Ordering;
use std::sync::Arc;

fn put(html: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| html.push_str(part));
}

/// A ring that is full at 1 000 and empty at 0, with a notch on it. It moves in hundredths: finer is not seen.
fn ring(html: &mut String, thousandths: u64, notch: Option<u64>) {
    let dash = (thousandths.min(1_000) / 10 * 10).to_string();
    html.push_str(
        "<svg class=\"ring\" viewBox=\"0 0 20 20\" aria-hidden=\"true\"><circle cx=\"10\" cy=\"10\" r=\"7.5\"/>",
    );
    put(
        html,
        &["<circle class=\"value\" cx=\"10\" cy=\"10\" r=\"7.5\" pathLength=\"1000\" stroke-dasharray=\"", &dash],
    );
    html.push_str(" 1000\" transform=\"rotate(-90 10 10)\"/>");
    if let Some(notch) = notch {
        put(
            html,
            &[
                "<path class=\"notch\" d=\"M10 .3V5\" transform=\"rotate(",
                &(notch * 36 / 100).to_string(),
                " 10 10)\"/>",
            ],
        );
    }
    html.push_str("</svg>");
}

fn part(span: Span, of_us: u64) -> u64 {
    (span.0 * 1_000).checked_div(of_us).unwrap_or(0)
}

fn zk(id: NodeId) -> String {
    match id {
        NodeId::Zk(number) => format!("zk{number}"),
        _ => String::new(),
    }
}

/// The client's ring, the connection, the leader's ring.
pub(super) fn clocks(clocks: &Clocks, lang: Lang) -> String {
    let mut html = String::new();
    let word = |word: StageWord| word.text(lang);
    match clocks.silent {
        Some(silent) => {
            put(&mut html, &["<span class=\"dial ear", if clocks.frozen { " still" } else { "" }, "\">"]);
            ring(&mut html, part(silent, clocks.full_us()), Some(clocks.two_thirds()));
            put(&mut html, &["<i>", word(StageWord::Silent), "</i> <b>", &seconds(silent), "</b></span>"]);
        }
        None => html.push_str("<span class=\"dial ear none\"><b>✕</b></span>"),
    }
    let (class, server) = match clocks.tcp {
        Tcp::None => ("none", None),
        Tcp::Pausing => ("pausing", None),
        Tcp::Connecting(server) => ("connecting", Some(server)),
        Tcp::Greeting(server) => ("connecting greeting", Some(server)),
        Tcp::Connected(server) => ("up", Some(server)),
        Tcp::HalfOpen(server, _) => ("half", Some(server)),
    };
    let server = server.map(zk).unwrap_or_default();
    put(&mut html, &["<span class=\"tcp ", class, "\"><u></u><em>", &server, "</em><u></u></span>"]);
    let nobody = |html: &mut String, class: &str, text: StageWord| {
        put(html, &["<span class=\"dial sand ", class, "\"><b>", word(text), "</b></span>"]);
    };
    match clocks.counting {
        Counting::Left(left) => {
            html.push_str("<span class=\"dial sand\">");
            put(&mut html, &["<i>", word(StageWord::ExpiresIn), "</i> <b>", &seconds(left), "</b>"]);
            ring(&mut html, part(left, u64::from(clocks.timeout_ms) * 1_000), None);
            html.push_str("</span>");
        }
        Counting::Over => nobody(&mut html, "lost", StageWord::SessionExpired),
        Counting::NoLeader => nobody(&mut html, "still", StageWord::NothingExpires),
        Counting::LeaderFrozen => nobody(&mut html, "still", StageWord::LeaderIsFrozen),
        Counting::NoSession => nobody(&mut html, "still", StageWord::NoSession),
    }
    html
}

fn tcp_text(tcp: Tcp, lang: Lang) -> String {
    let with = |word: StageWord, server: NodeId| word.text(lang).replace("{}", &zk(server));
    match tcp {
        Tcp::None => StageWord::NoConnection.text(lang).to_string(),
        Tcp::Pausing => StageWord::Pausing.text(lang).to_string(),
        Tcp::Connecting(server) => with(StageWord::Connecting, server),
        Tcp::Greeting(server) => with(StageWord::Greeting, server),
        Tcp::Connected(server) => with(StageWord::Connected, server),
        Tcp::HalfOpen(server, why) => {
            let why = match why {
                Broken::ClientFrozen => StageWord::ClientIsFrozen,
                Broken::ServerFrozen => StageWord::ServerIsFrozen,
                Broken::ServerGone => StageWord::ServerIsGone,
                Broken::Cut => StageWord::LinkIsCut,
                Broken::OtherEndClosed => StageWord::OtherEndClosed,
            };
            let text = with(StageWord::HalfOpen, server);
            if lang == Lang::En {
                format!("{text}: {}", why.text(lang))
            } else {
                format!("{text}：{}", why.text(lang))
            }
        }
    }
}

/// Which session it is, and how long it may be silent.
pub(super) fn session(clocks: &Clocks) -> String {
    // Which library it had is not known of a process that is gone.
    let version = match (clocks.state, clocks.version) {
        (None, _) => "",
        (_, ZkVersion::V3_9) => " · ZooKeeper 3.9",
        (_, ZkVersion::V3_4) => " · ZooKeeper 3.4",
    };
    format!("{} · {}{version}", clocks.session, seconds(Span::ms(u64::from(clocks.timeout_ms))))
}

/// What is worth a word; None while all is well.
pub(super) fn note(clocks: &Clocks, lang: Lang) -> Option<(Note, String)> {
    let note = clocks.note_or_left_behind()?;
    let word = match note {
        Note::BelievesInVain => StageWord::BelievesInVain,
        Note::OverUnnoticed => StageWord::OverUnnoticed,
        Note::GaveUpBeforeLeader => StageWord::GaveUpBeforeLeader,
        Note::Expired => StageWord::KnowsExpired,
        Note::Disconnected => StageWord::Disconnected,
        Note::LeftBehind => StageWord::LeftBehind,
        Note::CannotLook => StageWord::CannotLook,
        Note::Closed => StageWord::SessionClosed,
    };
    let mut text = word.text(lang).to_string();
    if let (Note::Disconnected, Some(left)) = (note, clocks.gives_up_in) {
        text.push_str(" · ");
        text.push_str(&StageWord::GivesUpIn.text(lang).replace("{}", &seconds(left)));
    }
    Some((note, text))
}

/// All of it as sentences, for a screen reader and for the pointer.
pub(super) fn clocks_in_words(clocks: &Clocks, lang: Lang) -> String {
    let word = |word: StageWord| word.text(lang);
    let leader = match clocks.counting {
        Counting::Left(left) => format!("{} {}", word(StageWord::ExpiresIn), seconds(left)),
        Counting::Over => word(StageWord::SessionExpired).to_string(),
        Counting::NoLeader => word(StageWord::NothingExpires).to_string(),
        Counting::LeaderFrozen => word(StageWord::LeaderIsFrozen).to_string(),
        Counting::NoSession => word(StageWord::NoSession).to_string(),
    };
    let client = clocks.silent.map_or_else(
        || word(StageWord::NoConnection).to_string(),
        |silent| word(StageWord::SilentFor).replace("{}", &seconds(silent)),
    );
    let stop = if lang == Lang::En { ". " } else { "。" };
    let mut text = String::new();
    put(&mut text, &[word(StageWord::ClientSays), &client, stop, word(StageWord::Connection)]);
    put(&mut text, &[&tcp_text(clocks.tcp, lang), stop, word(StageWord::LeaderSays), &leader]);
    if let Some((_, note)) = note(clocks, lang) {
        put(&mut text, &[stop, &note]);
    }
    text
}

/// Crown, ring, question, cross: roles differ in shape, not in colour only.
const fn emblem(role: Option<ServerRole>, process: Process) -> &'static str {
    match (process.is_up(), role) {
        (false, _) => "M15 15l14 14M29 15L15 29",
        (true, Some(ServerRole::Leading | ServerRole::Standalone)) => "M12 29l2-13 8 7.5L30 16l2 13z",
        (true, Some(ServerRole::Following)) => "M22 17.5a4.5 4.5 0 1 0 .01 0z",
        (true, _) => "M17.5 18a4.5 4.5 0 1 1 6.6 4c-1.6.9-2.1 1.7-2.1 3.5M22 30v.4",
    }
}

fn role(card: &ServerCard, lang: Lang) -> String {
    let process = process_word(card.process).text(lang);
    let role = match card.role {
        Some(ServerRole::Leading) => StageWord::Leader,
        Some(ServerRole::Following) => StageWord::Follower,
        Some(ServerRole::Standalone) => StageWord::Standalone,
        Some(ServerRole::Looking) => StageWord::Looking,
        None => return process.to_string(),
    };
    match card.process {
        Process::Running => role.text(lang).to_string(),
        _ => format!("{} · {process}", role.text(lang)),
    }
}

/// Applied and logged are the same, except while a proposal waits for its majority.
pub(super) fn zxids(card: &ServerCard, lang: Lang) -> String {
    let applied = format!("zxid {}", zxid(card.last_zxid));
    if card.last_logged == card.last_zxid {
        return applied;
    }
    format!("{applied} · {} {}", StageWord::Logged.text(lang), zxid(card.last_logged))
}

pub(super) fn head(card: &ServerCard, lang: Lang) -> String {
    let mut html = String::from("<svg class=\"emblem\" viewBox=\"0 0 44 44\" aria-hidden=\"true\">");
    put(
        &mut html,
        &["<circle cx=\"22\" cy=\"22\" r=\"19\"/><path d=\"", emblem(card.role, card.process), "\"/></svg>"],
    );
    put(&mut html, &["<span class=\"zk-text\"><b>", &escape(&card.name), "</b> <span class=\"dim zk-role\">"]);
    html.push_str(&role(card, lang));
    if card.has_epoch() {
        let epoch = card.epoch.to_string();
        put(&mut html, &["<span class=\"zk-epoch\"> · ", StageWord::Epoch.text(lang), " ", &epoch, "</span>"]);
    }
    put(&mut html, &["</span></span><small>", &zxids(card, lang), "</small>"]);
    html
}

/// What a server is doing, in words.
fn joining(joining: Joining, lang: Lang) -> String {
    let word = |word: StageWord| word.text(lang).to_string();
    match (joining.stage, joining.leader) {
        (JoinStage::FindingLeader, leader) => {
            StageWord::Connecting.text(lang).replace("{}", &format!("zk{}", leader.unwrap_or(0)))
        }
        (JoinStage::Discovery, _) => word(StageWord::Discovery),
        (JoinStage::Synchronising(Some(how)), _) => StageWord::Synchronising.text(lang).replace("{}", how.name()),
        (JoinStage::Synchronising(None), _) => word(StageWord::GathersAcks),
        (JoinStage::Synced, _) => word(StageWord::NewLeaderAcked),
    }
}

/// The way back to serving as four steps, and where the server is.
fn steps(html: &mut String, stage: JoinStage) {
    let at = match stage {
        JoinStage::FindingLeader => 0,
        JoinStage::Discovery => 1,
        JoinStage::Synchronising(_) => 2,
        JoinStage::Synced => 3,
    };
    html.push_str("<span class=\"segments\" aria-hidden=\"true\">");
    for step in 0..4 {
        html.push_str(match step.cmp(&at) {
            Ordering::Less => "<i class=\"on\"></i>",
            Ordering::Equal => "<i class=\"now\"></i>",
            Ordering::Greater => "<i></i>",
        });
    }
    html.push_str("</span>");
}

/// As many cells as there are votes, with a mark at the majority.
fn votes(html: &mut String, count: Count, lang: Lang) {
    let said = StageWord::VotesCounted.text(lang).replace("{n}", &count.votes.to_string());
    let said = said.replace("{needed}", &count.needed.to_string());
    put(html, &["<span class=\"quorum-bar votes\" role=\"img\" title=\"", &said, "\" aria-label=\"", &said, "\">"]);
    for vote in 0..count.voters {
        html.push_str(if vote < count.votes { "<i class=\"full\">✓</i>" } else { "<i></i>" });
        if vote + 1 == count.needed {
            html.push_str("<u></u>");
        }
    }
    html.push_str("</span>");
}

/// A ballot paper: whom it names, and by what it is compared with others (epoch, then zxid, then id). The one
/// that it replaced lies under it and slides away.
pub(super) fn paper(html: &mut String, ballot: &Ballot, replaced: bool, lang: Lang) {
    put(html, &["<span class=\"paper", if replaced { " old\" aria-hidden=\"true" } else { "" }, "\"><span>"]);
    if ballot.candidate != ballot.own {
        let own = ballot.own.to_string();
        put(html, &["<s title=\"", StageWord::FirstVote.text(lang), "\">zk", &own, "</s> "]);
    }
    let round = StageWord::Round.text(lang).replace("{}", &ballot.round.to_string());
    put(html, &["<b>zk", &ballot.candidate.to_string(), "</b></span><i>", &round, "</i><small>"]);
    put(
        html,
        &[StageWord::Epoch.text(lang), " ", &ballot.epoch.to_string(), " · ", &zxid(ballot.zxid), "</small></span>"],
    );
}

pub(super) fn ballot_in_words(ballot: &Ballot, lang: Lang) -> String {
    let (candidate, epoch) = (ballot.candidate, ballot.epoch);
    let (votes, word) = (StageWord::VotesFor.text(lang), StageWord::Epoch.text(lang));
    format!("{votes} zk{candidate} ({word} {epoch}, zxid {})", zxid(ballot.zxid))
}

/// As many cells as voters, filled from the left, with a mark where the majority is.
pub(super) fn bar(html: &mut String, bar: &Bar, lang: Lang) {
    let acked = bar.cells.iter().filter(|(_, progress)| *progress == VoterProgress::Acknowledged).count();
    let said = StageWord::AcksOf.text(lang).replace("{n}", &acked.to_string());
    let said = said.replace("{needed}", &bar.majority.to_string());
    put(html, &["<span class=\"quorum-bar\" title=\"", &said, "\"><code>", &zxid(bar.zxid), "</code>"]);
    for (index, (voter, progress)) in bar.cells.iter().enumerate() {
        let (class, word) = match progress {
            VoterProgress::Acknowledged => ("full", StageWord::VoterAcked),
            VoterProgress::Logged => ("logged", StageWord::VoterLogged),
            VoterProgress::Received => ("received", StageWord::VoterReceived),
            VoterProgress::Waiting => ("", StageWord::VoterWaiting),
        };
        let voter = voter.to_string();
        put(html, &["<i class=\"", class, "\" title=\"zk", &voter, ": ", word.text(lang), "\">", &voter, "</i>"]);
        if index + 1 == usize::from(bar.majority) {
            html.push_str("<u></u>");
        }
    }
    html.push_str("</span>");
}

/// Bars in one line, as many as there is room for.
pub(super) fn bars(bars: &[Bar], room: usize, lang: Lang) -> String {
    let mut html = String::new();
    bars.iter().take(room).for_each(|one| bar(&mut html, one, lang));
    if bars.len() > room {
        put(&mut html, &["<em>+", &(bars.len() - room).to_string(), "</em>"]);
    }
    html
}

/// The sessions at a server. What does not fit is a number.
pub(super) fn chips(card: &ServerCard, room: usize, passed: Span, lang: Lang) -> String {
    let chips = &card.chips;
    if chips.is_empty() && !card.serves() {
        return String::new();
    }
    if chips.is_empty() {
        return format!("<li class=\"more none\">{}</li>", StageWord::NoSessions.text(lang));
    }
    let shown = if chips.len() > room { room.saturating_sub(1) } else { room };
    let mut html = String::new();
    for chip in chips.iter().take(shown) {
        let left = chip.left.map(|left| Span(left.0.saturating_sub(passed.0)));
        let late = left.is_some_and(|left| left.as_ms() < u64::from(chip.timeout_ms) / 2);
        let (class, hint) = match chip.place {
            Place::Here if late => ("seat late", StageWord::AttachedHint),
            Place::Here => ("seat", StageWord::AttachedHint),
            Place::Nowhere => ("seat nowhere", StageWord::NowhereHint),
            Place::NotAnyMore => ("seat gone", StageWord::NotAnyMoreHint),
        };
        put(&mut html, &["<li class=\"", class, "\" title=\"", hint.text(lang), "\">"]);
        if let Some(left) = left {
            ring(&mut html, part(left, u64::from(chip.timeout_ms) * 1_000), None);
        }
        put(&mut html, &["<span>", &escape(&names::shown(&chip.client, lang)), "</span>"]);
        if let Some(left) = left {
            put(&mut html, &["<b>", &seconds(left), "</b>"]);
        }
        html.push_str("</li>");
    }
    if chips.len() > shown {
        put(&mut html, &["<li class=\"more\">+", &(chips.len() - shown).to_string(), "</li>"]);
    }
    html
}

/// The light that says what a client can do now: its shape's class, and the words.
pub(super) fn possible(possible: &Possible, lang: Lang) -> (&'static str, String) {
    let with = |word: StageWord, names: &[Arc<str>]| word.text(lang).replace("{}", &names.join(", "));
    match possible {
        Possible::WritesAndReads { stale } if stale.is_empty() => {
            ("lamp", StageWord::WritesAndReads.text(lang).to_string())
        }
        Possible::WritesAndReads { stale } => ("lamp half", with(StageWord::StaleAt, stale)),
        Possible::ReadsOnly { at } => ("lamp half", with(StageWord::ReadsOnlyAt, at)),
        Possible::Gathering { leader } => ("lamp busy", with(StageWord::Gathering, std::slice::from_ref(leader))),
        Possible::Election => ("lamp busy", StageWord::ElectionUnderWay.text(lang).to_string()),
        Possible::NoMajority => ("lamp out", StageWord::NoMajority.text(lang).to_string()),
    }
}

pub(super) fn work(work: &Work, room: usize, lang: Lang) -> String {
    match work {
        Work::Nothing => String::new(),
        Work::Votes(_, count) => {
            let mut html = String::new();
            votes(&mut html, *count, lang);
            html
        }
        Work::Joins(at) => {
            let mut html = String::new();
            steps(&mut html, at.stage);
            put(&mut html, &["<span>", &joining(*at, lang), "</span>"]);
            html
        }
        Work::Proposals(proposals) => bars(proposals, room, lang),
    }
}

/// A server for a screen reader: everything but the clocks, which would not stand still.
pub(super) fn server_in_words(card: &ServerCard, lang: Lang) -> String {
    let doing = match &card.work {
        Work::Votes(ballot, _) => ballot_in_words(ballot, lang),
        Work::Joins(step) => joining(*step, lang),
        Work::Proposals(bars) => format!("{}: {}", StageWord::InFlightProposals.text(lang), bars.len()),
        Work::Nothing => counted::sessions(lang, card.chips.len() as u64),
    };
    let epoch = StageWord::Epoch.text(lang);
    format!("{}: {} · {epoch} {} · {} · {doing}", card.name, role(card, lang), card.epoch, zxids(card, lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::fixture;
    use crate::view_model::{clocks as model, ensemble};
    use sim_core::ids::Zxid;
    use sim_core::zookeeper::SyncHow;

    const BALLOT: Ballot = Ballot { round: 2, candidate: 3, epoch: 1, zxid: Zxid(0x1_0000_004c), own: 1 };

    #[test]
    fn a_bettered_ballot_shows_the_first_vote_struck_out() {
        let mut html = String::new();
        paper(&mut html, &BALLOT, false, Lang::En);
        assert!(html.contains(">zk1</s> <b>zk3</b>"), "{html}");
        assert!(html.contains("round 2") && html.contains("epoch 1 · 0x1·4c"), "{html}");
        let mut own = String::new();
        paper(&mut own, &Ballot { own: 3, ..BALLOT }, false, Lang::En);
        assert!(!own.contains("</s>"), "{own}");
        assert_eq!(ballot_in_words(&BALLOT, Lang::Zh), "投给 zk3 (epoch 1, zxid 0x1·4c)");
    }

    #[test]
    fn the_mark_stands_behind_the_cell_that_makes_the_majority() {
        use VoterProgress::{Acknowledged, Logged, Waiting};
        let mut html = String::new();
        let cells = vec![(3, Acknowledged), (1, Logged), (2, Waiting)];
        bar(&mut html, &Bar { zxid: Zxid::new(1, 4), cells, majority: 2 }, Lang::En);
        let cells: Vec<&str> = html.split("<i class=\"").skip(1).collect();
        assert!(cells[0].starts_with("full") && cells[1].starts_with("logged") && cells[2].starts_with('"'), "{html}");
        assert!(cells[1].ends_with("<u></u>") && html.contains("1 of 2 acknowledgements"), "{html}");
    }

    #[test]
    fn a_joining_server_says_where_it_is() {
        let told = |stage: JoinStage| joining(Joining { stage, leader: Some(3) }, Lang::En);
        assert_eq!(told(JoinStage::FindingLeader), "connecting to zk3");
        assert_eq!(told(JoinStage::Discovery), "discovery: waiting for a quorum");
        assert_eq!(told(JoinStage::Synchronising(Some(SyncHow::Trunc))), "synchronisation: TRUNC");
        assert_eq!(told(JoinStage::Synced), "NEWLEADER acknowledged");
        let html = work(&Work::Joins(Joining { stage: JoinStage::Discovery, leader: None }), 1, Lang::En);
        assert!(html.contains("<i class=\"on\"></i><i class=\"now\"></i><i></i><i></i>"), "{html}");
    }

    #[test]
    fn votes_fill_their_cells_towards_the_mark() {
        let mut html = String::new();
        votes(&mut html, Count { votes: 1, needed: 2, voters: 3 }, Lang::En);
        assert!(html.contains("1 of 2 votes needed"), "{html}");
        assert!(html.contains(">✓</i><i></i><u></u><i></i></span>"), "{html}");
    }

    #[test]
    fn what_has_no_room_is_a_number_and_the_most_endangered_stay() {
        let frame = fixture::broker_3_died();
        let leader = ensemble::server(&frame, NodeId::Zk(2)).expect("zk2");
        let html = chips(&leader, 3, Span::ms(400), Lang::En);
        assert!(html.contains("broker 3</span><b>1.0 s</b>") && html.contains(">+3</li>"), "{html}");
        assert_eq!(html.matches("<li").count(), 3);
        assert_eq!(chips(&leader, 5, Span::ZERO, Lang::En).matches("<li").count(), 5);
    }

    #[test]
    fn a_client_cannot_put_markup_into_the_page_by_its_name() {
        let mut frame = fixture::broker_3_died();
        frame.brokers[0].name = "<img src=x onerror=alert(1)>".into();
        let leader = ensemble::server(&frame, NodeId::Zk(2)).expect("zk2");
        assert!(!chips(&leader, 9, Span::ZERO, Lang::En).contains("<img"));
    }

    #[test]
    fn the_clocks_are_told_in_words_too() {
        let frame = fixture::broker_3_died();
        let of = |index: usize| {
            let broker = &frame.brokers[index];
            model::of(&frame, broker.id, broker.process, broker.zk.as_ref()).expect("it has a session")
        };
        let words = clocks_in_words(&of(0), Lang::En);
        assert!(
            words.contains("nothing received for 0.6 s. Connection: connected to zk2. The ZooKeeper leader"),
            "{words}"
        );
        assert!(words.ends_with("expires in 5.8 s"), "{words}");
        let cut = clocks_in_words(&of(1), Lang::Zh);
        assert!(cut.contains("与 zk2 的半开连接：链路已切断"), "{cut}");
        let dead = clocks_in_words(&of(2), Lang::En);
        assert!(dead.ends_with("the process is gone; the leader's clock is still running"), "{dead}");
    }

    #[test]
    fn every_light_has_a_shape_of_its_own_kind_and_says_it_in_words() {
        let names = || vec![Arc::from("zk1"), Arc::from("zk2")];
        let told = |light: Possible| possible(&light, Lang::En);
        assert_eq!(told(Possible::WritesAndReads { stale: vec![] }), ("lamp", "ZooKeeper: writes and reads".into()));
        let (class, text) = told(Possible::ReadsOnly { at: names() });
        assert_eq!((class, &*text), ("lamp half", "ZooKeeper: reads only, at zk1, zk2, possibly stale"));
        assert_eq!(told(Possible::Election).0, "lamp busy");
        assert_eq!(told(Possible::NoMajority).0, "lamp out");
    }
}
