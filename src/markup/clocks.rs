//! The two clocks of a session: the client's (how long it has heard nothing), the leader's (when the bucket
//! expires), and the connection between them. Both clocks run on between two steps.

use super::html::Html;
use super::{Look, Pieces, title};
use crate::i18n::{Lang, StageWord};
use crate::layout::{Density, Face};
use crate::view_model::clocks::{Broken, Clocks, Counting, Note, Tcp};
use crate::view_model::stage::ShellCard;
use crate::view_model::text::seconds;
use sim_core::engine::system::Process;
use sim_core::ids::NodeId;
use sim_core::time::Span;

/// A ring that is full at 1 000 and empty at 0, with a notch on it. It moves in hundredths: finer is not seen.
pub(super) fn ring(html: &mut Html, thousandths: u64, notch: Option<u64>) {
    html.raw("<svg class=\"ring\" viewBox=\"0 0 20 20\" aria-hidden=\"true\"><circle cx=\"10\" cy=\"10\" r=\"7.5\"/>");
    html.raw("<circle class=\"value\" cx=\"10\" cy=\"10\" r=\"7.5\" pathLength=\"1000\" stroke-dasharray=\"");
    html.number((thousandths.min(1_000) / 10 * 10) as i64).raw(" 1000\" transform=\"rotate(-90 10 10)\"/>");
    if let Some(notch) = notch {
        html.raw("<path class=\"notch\" d=\"M10 .3V5\" transform=\"rotate(").number((notch * 36 / 100) as i64);
        html.raw(" 10 10)\"/>");
    }
    html.raw("</svg>");
}

pub(super) fn part(span: Span, of_us: u64) -> u64 {
    (span.0 * 1_000).checked_div(of_us).unwrap_or(0)
}

fn zk(id: NodeId) -> String {
    match id {
        NodeId::Zk(number) => format!("zk{number}"),
        _ => String::new(),
    }
}

/// The clocks of a client's card, as its density has room for them, and what is worth a word.
pub(super) fn of_card(clocks: Option<&Clocks>, process: Process, face: &Face, passed: Span, look: Look<'_>) -> Html {
    let mut html = Html::new();
    let Some(clocks) = clocks.map(|clocks| clocks.after(passed)) else {
        if !process.is_up() {
            html.raw("<div class=\"clocks\"><span class=\"dial lost\"><b>").text(look.word(StageWord::NoSession));
            html.raw("</b></span></div>");
        }
        return html;
    };
    // Words instead of a time need the room of the other words.
    let class = match (clocks.is_counted(), clocks.in_danger()) {
        (false, true) => "clocks adrift danger",
        (false, false) => "clocks adrift",
        (true, true) => "clocks danger",
        (true, false) => "clocks",
    };
    let words = in_words(&clocks, look.lang);
    html.raw("<div class=\"").text(class).raw("\" role=\"group\" title=\"").text(&words);
    html.raw("\" aria-label=\"").text(&words).raw("\">");
    if face.density == Density::Full {
        both(&mut html, &clocks, look.lang);
    } else {
        connection(&mut html, clocks.tcp);
        leaders(&mut html, &clocks, look.lang, false);
    }
    html.raw("</div>");
    let noted = note(&clocks, look.lang).filter(|_| face.density != Density::Tile);
    if let Some((note, text, sentence)) = noted {
        let class = match note {
            note if note.is_disagreement() => "note apart",
            Note::CannotLook => "note ice",
            Note::Closed => "note",
            _ => "note lost",
        };
        html.raw("<span class=\"").text(class).raw("\" title=\"").text(&sentence).raw("\">").text(&text).raw("</span>");
    }
    html
}

/// The client's ring, the connection, the leader's ring.
fn both(html: &mut Html, clocks: &Clocks, lang: Lang) {
    match clocks.silent {
        Some(silent) => {
            html.raw(if clocks.frozen { "<span class=\"dial ear still\">" } else { "<span class=\"dial ear\">" });
            ring(html, part(silent, clocks.full_us()), Some(clocks.two_thirds()));
            html.raw("<i>")
                .text(StageWord::Silent.text(lang))
                .raw("</i> <b>")
                .text(&seconds(silent))
                .raw("</b></span>");
        }
        None => {
            html.raw("<span class=\"dial ear none\"><b>✕</b></span>");
        }
    }
    connection(html, clocks.tcp);
    leaders(html, clocks, lang, true);
}

fn connection(html: &mut Html, tcp: Tcp) {
    let (class, server) = match tcp {
        Tcp::None => ("tcp none", None),
        Tcp::Pausing => ("tcp pausing", None),
        Tcp::Connecting(server) => ("tcp connecting", Some(server)),
        Tcp::Greeting(server) => ("tcp connecting greeting", Some(server)),
        Tcp::Connected(server) => ("tcp up", Some(server)),
        Tcp::HalfOpen(server, _) => ("tcp half", Some(server)),
    };
    html.raw("<span class=\"").text(class).raw("\"><u></u><em>").text(&server.map(zk).unwrap_or_default());
    html.raw("</em><u></u></span>");
}

fn leaders(html: &mut Html, clocks: &Clocks, lang: Lang, with_words: bool) {
    let nobody = |html: &mut Html, markup: &'static str, text: StageWord| {
        html.raw(markup).raw("<b>").text(text.text(lang)).raw("</b></span>");
    };
    const STILL: &str = "<span class=\"dial sand still\">";
    match clocks.counting {
        Counting::Left(left) => {
            html.raw("<span class=\"dial sand\">");
            if with_words {
                html.raw("<i>").text(StageWord::ExpiresIn.text(lang)).raw("</i> ");
            }
            html.raw("<b>").text(&seconds(left)).raw("</b>");
            ring(html, part(left, u64::from(clocks.timeout_ms) * 1_000), None);
            html.raw("</span>");
        }
        Counting::Over => nobody(html, "<span class=\"dial sand lost\">", StageWord::SessionExpired),
        Counting::NoLeader => nobody(html, STILL, StageWord::StillNoLeader),
        Counting::LeaderFrozen => nobody(html, STILL, StageWord::StillLeaderFrozen),
        Counting::NoSession => nobody(html, STILL, StageWord::NoSession),
    }
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
fn session(clocks: &Clocks) -> String {
    // Which library it had is not known of a process that is gone.
    let (library, version) = if clocks.state.is_some() { (" · ZooKeeper ", clocks.version.name()) } else { ("", "") };
    format!("{} · {}{library}{version}", clocks.session, seconds(Span::ms(u64::from(clocks.timeout_ms))))
}

/// What is worth a word, as short as a card has room for, and as a sentence; None while all is well. That the two clocks
/// disagree is never told by them alone.
fn note(clocks: &Clocks, lang: Lang) -> Option<(Note, String, String)> {
    let note = clocks.note_or_left_behind()?;
    let (word, sentence) = match note {
        Note::BelievesInVain => (StageWord::Unaware, StageWord::BelievesInVain),
        Note::OverUnnoticed => (StageWord::Unaware, StageWord::OverUnnoticed),
        Note::GaveUpBeforeLeader => (StageWord::GaveUpEarly, StageWord::GaveUpBeforeLeader),
        Note::Expired => (StageWord::KnowsShort, StageWord::KnowsExpired),
        Note::Disconnected => (StageWord::Disconnected, StageWord::Disconnected),
        Note::LeftBehind => (StageWord::LeftBehind, StageWord::LeftBehind),
        Note::CannotLook => (StageWord::CannotLookShort, StageWord::CannotLook),
        Note::Closed => (StageWord::SessionClosed, StageWord::SessionClosed),
    };
    let with_rest = |word: StageWord| match (note, clocks.gives_up_in) {
        (Note::Disconnected, Some(left)) => {
            let rest = StageWord::GivesUpIn.text(lang).replace("{}", &seconds(left));
            format!("{} · {rest}", word.text(lang))
        }
        _ => word.text(lang).to_string(),
    };
    Some((note, with_rest(word), with_rest(sentence)))
}

/// All of it as sentences, for a screen reader and for the pointer.
fn in_words(clocks: &Clocks, lang: Lang) -> String {
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
    let (says, tcp) = (word(StageWord::ClientSays), tcp_text(clocks.tcp, lang));
    let mut text = format!(
        "{says}{client}{stop}{}{tcp}{stop}{}{leader}",
        word(StageWord::Connection),
        word(StageWord::LeaderSays)
    );
    if let Some((_, _, sentence)) = note(clocks, lang) {
        text.push_str(stop);
        text.push_str(&sentence);
    }
    text
}

/// A bare ZooKeeper client.
pub(super) fn shell_pieces(card: &ShellCard, face: &Face, look: Look<'_>) -> Pieces {
    let mut pieces = Pieces::default();
    title(&mut pieces.head, &card.name, card.process, look.lang);
    if let (Density::Full, Some(clocks)) = (face.density, &card.clocks) {
        pieces.head.raw("<small class=\"mono-line\">").text(&session(clocks)).raw("</small>");
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::{clocks as model, fixture};

    #[test]
    fn the_clocks_are_told_in_words_too() {
        let frame = fixture::broker_3_died();
        let of = |index: usize| {
            let broker = frame.brokers().nth(index).expect("in the frame");
            model::of(&frame, broker.id, broker.process, broker.zk.as_ref()).expect("it has a session")
        };
        let words = in_words(&of(0), Lang::En);
        assert!(
            words.contains("nothing received for 0.6 s. Connection: connected to zk2. The ZooKeeper leader"),
            "{words}"
        );
        assert!(words.ends_with("expires in 5.8 s"), "{words}");
        let cut = in_words(&of(1), Lang::Zh);
        assert!(cut.contains("与 zk2 的半开连接：链路已切断"), "{cut}");
        let dead = in_words(&of(2), Lang::En);
        assert!(dead.ends_with("session not over yet"), "{dead}");
    }
}
