//! A ZooKeeper server: its role, epoch and last transaction; its ballot while it looks for a leader, at the
//! leader what waits for a majority; and the sessions of the clients that are connected to it.

use super::clocks::{part, ring};
use super::html::Html;
use super::{Look, Pieces, process_word};
use crate::i18n::{Lang, StageWord, counted, names};
use crate::layout::{Density, Face};
use crate::view_model::ensemble::{self, Ballot, Bar, Count, Joining, Place, Room, ServerCard, Work};
use crate::view_model::text::{seconds, zxid};
use sim_core::engine::system::Process;
use sim_core::time::Span;
use sim_core::view::frame::{ServerRole, VoterProgress};
use sim_core::zookeeper::JoinStage;
use std::cmp::Ordering;

pub(super) fn pieces(card: &ServerCard, face: &Face, look: Look<'_>) -> Pieces {
    let lang = look.lang;
    let room = ensemble::room(face, card);
    let mut pieces = Pieces { head: head(card, face.density, room, lang), ..Pieces::default() };
    if face.density == Density::Tile || face.density == Density::Full && !room.desk {
        return pieces;
    }
    let mut desk = Html::new();
    desk.raw("<div class=\"zk-desk\"><span class=\"papers\" data-testid=\"ballot-").text(&card.name).raw("\">");
    if let Work::Votes(ballot, _) = &card.work {
        if face.density == Density::Full {
            paper(&mut desk, ballot, lang);
        } else {
            desk.raw("<b>→ zk").number(i64::from(ballot.candidate)).raw("</b>");
        }
    }
    desk.raw("</span><span class=\"zk-work\" data-testid=\"work-").text(&card.name).raw("\">");
    work(&mut desk, &card.work, room.bars, lang);
    desk.raw("</span></div>");
    pieces.rows.push(desk);
    pieces
}

/// The sessions at this server, with their times.
pub(super) fn running(card: &ServerCard, face: &Face, passed: Span, look: Look<'_>) -> Html {
    let mut html = Html::new();
    match face.density {
        Density::Full => {
            html.raw("<ul class=\"chips\" aria-label=\"").text(look.word(StageWord::Sessions));
            html.raw("\" data-testid=\"sessions-").text(&card.name).raw("\">");
            chips(&mut html, card, ensemble::room(face, card).chips, passed, look.lang);
            html.raw("</ul>");
        }
        Density::Compact => {}
        Density::Tile => {}
    }
    html
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
fn zxids(card: &ServerCard, lang: Lang) -> String {
    let applied = format!("zxid {}", zxid(card.last_zxid));
    if card.last_logged == card.last_zxid {
        return applied;
    }
    format!("{applied} · {} {}", StageWord::Logged.text(lang), zxid(card.last_logged))
}

fn sessions(card: &ServerCard, lang: Lang) -> String {
    match card.chips.len() {
        0 => StageWord::NoSessions.text(lang).to_string(),
        n => counted::sessions(lang, n as u64),
    }
}

fn head(card: &ServerCard, density: Density, room: Room, lang: Lang) -> Html {
    let mut html = Html::new();
    html.raw("<svg class=\"emblem\" viewBox=\"0 0 44 44\" aria-hidden=\"true\"><circle cx=\"22\" cy=\"22\" r=\"19\"/>");
    html.raw("<path d=\"").raw(emblem(card.role, card.process)).raw("\"/></svg>");
    html.raw("<span class=\"zk-text\"><b>").text(&card.name).raw("</b> <span class=\"dim zk-role\">");
    html.text(&role(card, lang));
    if card.has_epoch() {
        html.raw("<span class=\"zk-epoch\"> · ").text(StageWord::Epoch.text(lang)).raw(" ");
        html.number(i64::from(card.epoch)).raw("</span>");
    }
    html.raw("</span></span>");
    if let (Density::Full, false, Work::Proposals(_)) = (density, room.desk, &card.work) {
        html.raw("<small class=\"zk-work\" data-testid=\"work-").text(&card.name).raw("\">");
        work(&mut html, &card.work, room.bars, lang);
        html.raw("</small>");
        return html;
    }
    html.raw("<small>");
    match density {
        Density::Full => html.text(&zxids(card, lang)),
        // One line says what it does; while it serves, how far it is and for how many.
        _ if card.process.is_up() && !card.serves() => html.text(&doing(card, lang)),
        Density::Compact => html.text(&format!("{} · {}", zxid(card.last_zxid), sessions(card, lang))),
        Density::Tile => html.text(&sessions(card, lang)),
    };
    html.raw("</small>");
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
fn steps(html: &mut Html, stage: JoinStage) {
    let at = match stage {
        JoinStage::FindingLeader => 0,
        JoinStage::Discovery => 1,
        JoinStage::Synchronising(_) => 2,
        JoinStage::Synced => 3,
    };
    html.raw("<span class=\"segments\" aria-hidden=\"true\">");
    for step in 0..4 {
        html.raw(match step.cmp(&at) {
            Ordering::Less => "<i class=\"on\"></i>",
            Ordering::Equal => "<i class=\"now\"></i>",
            Ordering::Greater => "<i></i>",
        });
    }
    html.raw("</span>");
}

/// As many cells as there are votes, with a mark at the majority.
fn votes(html: &mut Html, count: Count, lang: Lang) {
    let said = StageWord::VotesCounted.text(lang).replace("{n}", &count.votes.to_string());
    let said = said.replace("{needed}", &count.needed.to_string());
    html.raw("<span class=\"quorum-bar votes\" role=\"img\" title=\"").text(&said);
    html.raw("\" aria-label=\"").text(&said).raw("\">");
    for vote in 0..count.voters {
        html.raw(if vote < count.votes { "<i class=\"full\">✓</i>" } else { "<i></i>" });
        if vote + 1 == count.needed {
            html.raw("<u></u>");
        }
    }
    html.raw("</span>");
}

/// A ballot paper: whom it names, and by what it is compared with others (epoch, then zxid, then id).
fn paper(html: &mut Html, ballot: &Ballot, lang: Lang) {
    html.raw("<span class=\"paper\"><span>");
    if ballot.candidate != ballot.own {
        html.raw("<s title=\"").text(StageWord::FirstVote.text(lang)).raw("\">zk");
        html.number(i64::from(ballot.own)).raw("</s> ");
    }
    let round = StageWord::Round.text(lang).replace("{}", &ballot.round.to_string());
    html.raw("<b>zk").number(i64::from(ballot.candidate)).raw("</b></span><i>").text(&round).raw("</i><small>");
    html.text(StageWord::Epoch.text(lang)).raw(" ").number(i64::from(ballot.epoch)).raw(" · ");
    html.text(&zxid(ballot.zxid)).raw("</small></span>");
}

fn ballot_in_words(ballot: &Ballot, lang: Lang) -> String {
    let (candidate, epoch) = (ballot.candidate, ballot.epoch);
    let (votes, word) = (StageWord::VotesFor.text(lang), StageWord::Epoch.text(lang));
    format!("{votes} zk{candidate} ({word} {epoch}, zxid {})", zxid(ballot.zxid))
}

/// As many cells as voters, filled from the left, with a mark where the majority is.
fn bar(html: &mut Html, bar: &Bar, lang: Lang) {
    let acked = bar.cells.iter().filter(|(_, progress)| *progress == VoterProgress::Acknowledged).count();
    let said = StageWord::AcksOf.text(lang).replace("{n}", &acked.to_string());
    let said = said.replace("{needed}", &bar.majority.to_string());
    html.raw("<span class=\"quorum-bar\" title=\"").text(&said).raw("\"><code>").text(&zxid(bar.zxid)).raw("</code>");
    for (index, (voter, progress)) in bar.cells.iter().enumerate() {
        let (class, word) = match progress {
            VoterProgress::Acknowledged => ("full", StageWord::VoterAcked),
            VoterProgress::Logged => ("logged", StageWord::VoterLogged),
            VoterProgress::Received => ("received", StageWord::VoterReceived),
            VoterProgress::Waiting => ("", StageWord::VoterWaiting),
        };
        let voter = i64::from(*voter);
        html.raw("<i class=\"").text(class).raw("\" title=\"zk").number(voter).raw(": ").text(word.text(lang));
        html.raw("\">").number(voter).raw("</i>");
        if index + 1 == usize::from(bar.majority) {
            html.raw("<u></u>");
        }
    }
    html.raw("</span>");
}

/// The sessions at a server. What does not fit is a number.
fn chips(html: &mut Html, card: &ServerCard, room: usize, passed: Span, lang: Lang) {
    let chips = &card.chips;
    if chips.is_empty() {
        if card.serves() {
            html.raw("<li class=\"more none\">").text(StageWord::NoSessions.text(lang)).raw("</li>");
        }
        return;
    }
    let shown = if chips.len() > room { room.saturating_sub(1) } else { room };
    for chip in chips.iter().take(shown) {
        let left = chip.left.map(|left| Span(left.0.saturating_sub(passed.0)));
        let late = left.is_some_and(|left| left.as_ms() < u64::from(chip.timeout_ms) / 2);
        let (class, hint) = match chip.place {
            Place::Here if late => ("seat late", StageWord::AttachedHint),
            Place::Here => ("seat", StageWord::AttachedHint),
            Place::Nowhere => ("seat nowhere", StageWord::NowhereHint),
            Place::NotAnyMore => ("seat gone", StageWord::NotAnyMoreHint),
        };
        html.raw("<li class=\"").text(class).raw("\" title=\"").text(hint.text(lang)).raw("\">");
        if let Some(left) = left {
            ring(html, part(left, u64::from(chip.timeout_ms) * 1_000), None);
        }
        html.raw("<span>").text(&names::shown(&chip.client, lang)).raw("</span>");
        if let Some(left) = left {
            html.raw("<b>").text(&seconds(left)).raw("</b>");
        }
        html.raw("</li>");
    }
    if chips.len() > shown {
        html.raw("<li class=\"more\">+").number((chips.len() - shown) as i64).raw("</li>");
    }
}

fn work(html: &mut Html, work: &Work, room: usize, lang: Lang) {
    match work {
        Work::Nothing => {}
        Work::Votes(_, count) => votes(html, *count, lang),
        Work::Joins(at) => {
            steps(html, at.stage);
            html.raw("<span>").text(&joining(*at, lang)).raw("</span>");
        }
        Work::Proposals(proposals) => {
            proposals.iter().take(room).for_each(|one| bar(html, one, lang));
            if proposals.len() > room {
                html.raw("<em>+").number((proposals.len() - room) as i64).raw("</em>");
            }
        }
    }
}

fn doing(card: &ServerCard, lang: Lang) -> String {
    match &card.work {
        Work::Votes(ballot, count) => {
            format!("→ zk{} · {}/{}", ballot.candidate, count.votes, count.needed)
        }
        Work::Joins(step) => joining(*step, lang),
        Work::Proposals(bars) => format!("{}: {}", StageWord::InFlightProposals.text(lang), bars.len()),
        Work::Nothing => sessions(card, lang),
    }
}

/// A server for a screen reader: everything but the clocks, which would not stand still.
pub(super) fn in_words(card: &ServerCard, lang: Lang) -> String {
    let doing = match &card.work {
        Work::Votes(ballot, _) => ballot_in_words(ballot, lang),
        _ => doing(card, lang),
    };
    let epoch = StageWord::Epoch.text(lang);
    format!("{}: {} · {epoch} {} · {} · {doing}", card.name, role(card, lang), card.epoch, zxids(card, lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Layout, Shape, Size};
    use crate::view_model::colours::Colours;
    use crate::view_model::fixture;
    use sim_core::ids::{NodeId, Zxid};
    use sim_core::zookeeper::SyncHow;

    const BALLOT: Ballot = Ballot { round: 2, candidate: 3, epoch: 1, zxid: Zxid(0x1_0000_004c), own: 1 };

    fn made(make: impl FnOnce(&mut Html)) -> String {
        let mut html = Html::new();
        make(&mut html);
        html.into_string()
    }

    #[test]
    fn a_bettered_ballot_shows_the_first_vote_struck_out() {
        let html = made(|html| paper(html, &BALLOT, Lang::En));
        assert!(html.contains(">zk1</s> <b>zk3</b>"), "{html}");
        assert!(html.contains("round 2") && html.contains("epoch 1 · 0x1·4c"), "{html}");
        let own = made(|html| paper(html, &Ballot { own: 3, ..BALLOT }, Lang::En));
        assert!(!own.contains("</s>"), "{own}");
        assert_eq!(ballot_in_words(&BALLOT, Lang::Zh), "投给 zk3 (epoch 1, zxid 0x1·4c)");
    }

    #[test]
    fn the_mark_stands_behind_the_cell_that_makes_the_majority() {
        use VoterProgress::{Acknowledged, Logged, Waiting};
        let cells = vec![(3, Acknowledged), (1, Logged), (2, Waiting)];
        let html = made(|html| bar(html, &Bar { zxid: Zxid::new(1, 4), cells, majority: 2 }, Lang::En));
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
        let joins = Work::Joins(Joining { stage: JoinStage::Discovery, leader: None });
        let html = made(|html| work(html, &joins, 1, Lang::En));
        assert!(html.contains("<i class=\"on\"></i><i class=\"now\"></i><i></i><i></i>"), "{html}");
    }

    #[test]
    fn votes_fill_their_cells_towards_the_mark() {
        let html = made(|html| votes(html, Count { votes: 1, needed: 2, voters: 3 }, Lang::En));
        assert!(html.contains("1 of 2 votes needed"), "{html}");
        assert!(html.contains(">✓</i><i></i><u></u><i></i></span>"), "{html}");
    }

    #[test]
    fn what_has_no_room_is_a_number_and_the_most_endangered_stay() {
        let frame = fixture::broker_3_died();
        let leader = ensemble::server(&frame, NodeId::Zk(2)).expect("zk2");
        let html = made(|html| chips(html, &leader, 3, Span::ms(400), Lang::En));
        assert!(html.contains("broker 3</span><b>1.0 s</b>") && html.contains(">+3</li>"), "{html}");
        assert_eq!(html.matches("<li").count(), 3);
        let all = made(|html| chips(html, &leader, 5, Span::ZERO, Lang::En));
        assert_eq!(all.matches("<li").count(), 5);
    }

    #[test]
    fn the_line_for_proposals_goes_to_sessions_that_would_have_no_room() {
        let frame = fixture::broker_3_died();
        let size = Size { width: 1040.0, height: 700.0, rem: 16.0 };
        let face = Layout::compute(&Shape::of(&frame), size).face(NodeId::Zk(2), false).expect("placed");
        let mut leader = ensemble::server(&frame, NodeId::Zk(2)).expect("zk2");
        let voters = vec![(2, VoterProgress::Acknowledged), (1, VoterProgress::Received)];
        leader.work = Work::Proposals(vec![Bar { zxid: Zxid::new(1, 4), cells: voters, majority: 2 }]);
        leader.chips.truncate(1);
        let with_desk = ensemble::room(&face, &leader);
        leader.chips.resize(with_desk.chips, leader.chips[0].clone());
        let look = Look { lang: Lang::En, colours: &Colours::default() };
        let made = |leader: &ServerCard| {
            let made = pieces(leader, &face, look);
            (made.head.into_string(), made.rows.len(), running(leader, &face, Span::ZERO, look).into_string())
        };
        let (head, desks, _) = made(&leader);
        assert!(head.contains("zxid 0x") && !head.contains("quorum-bar") && desks == 1, "{head}");
        leader.chips.push(leader.chips[0].clone());
        let (head, desks, chips) = made(&leader);
        assert!(head.contains("quorum-bar") && desks == 0, "{head}");
        assert!(!chips.contains("class=\"more\""), "every session is there: {chips}");
        leader.work = Work::Nothing;
        assert!(made(&leader).0.contains("zxid 0x"), "with nothing to propose the head is as usual");
    }

    #[test]
    fn a_client_cannot_put_markup_into_the_page_by_its_name() {
        let mut frame = fixture::broker_3_died();
        fixture::node(&mut frame, NodeId::Broker(1)).name = "<img src=x onerror=alert(1)>".into();
        let leader = ensemble::server(&frame, NodeId::Zk(2)).expect("zk2");
        assert!(!made(|html| chips(html, &leader, 9, Span::ZERO, Lang::En)).contains("<img"));
    }
}
