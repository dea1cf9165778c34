//! Draws `assets/first.html`: the opening scene's first picture as the engine has it, which stands in `index.html` so that
//! there is something true to see before the program has come. `cargo xtask picture` draws it again; a test notices when
//! that was forgotten.
//!
//! A card is drawn once for each way in which it can look. Where the cards stand follows from the stage's size: a layout is
//! in rem, each of its plans fits a range of sizes, and within a plan every place is made of straight pieces. The corners
//! of these pieces are the table below the picture; `assets/first.js` reads it, knows the stage's size, and puts the cards
//! to where the program will have them.

use crate::i18n::story::Line;
use crate::i18n::{KnowledgeWord, Label, Lang, StageWord};
use crate::layout::plan::Key;
use crate::layout::{Layout, Rect, Shape, Size};
use crate::markup::{self, Card, Look};
use crate::playback::Pace;
use crate::scenes::{self, Scene};
use crate::view_model::colours::Colours;
use crate::view_model::{stage, time_text};
use sim_core::history::History;
use sim_core::ids::NodeId;
use sim_core::view::frame::Frame;
use std::sync::{Arc, LazyLock};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/first.html");
/// Writes the file instead of comparing it.
const DRAW: &str = "BROKERSCOPE_DRAW_FIRST_PICTURE";

/// Stages that are drawn, in rem: their heights and their widths. Phones, and windows up to a wall.
const RANGES_REM: [((f64, f64), (f64, f64)); 2] = [((20.0, 46.0), (19.9, 27.1)), ((22.0, 90.0), (48.0, 161.0))];
/// So near to each other are the widths at which plans are looked for, and so exactly is it known where they change.
const WIDTH_STEP_REM: f64 = 4.0;
const EDGE_REM: f64 = 0.02;
/// So far from its true place may something be that is taken to be on a straight piece.
const OFF_MAX_REM: f64 = 0.01;
/// So many pixels to a rem: a hundredth of a rem is the unit of the table, and the renderer's whole pixels are that small.
const REM: f64 = 100.0;

struct Scenery {
    frame: Arc<Frame>,
    shape: Shape,
    colours: Colours,
    nodes: Vec<NodeId>,
}

impl Scenery {
    fn opening() -> Scenery {
        let frame = History::new(scenes::setup(), scenes::SEED).expect("the opening scene boots").frame();
        let mut colours = Colours::default();
        colours.learn(frame.partitions.iter().map(|partition| &partition.tp));
        Scenery { shape: Shape::of(&frame), nodes: markup::nodes(&frame), colours, frame }
    }

    fn layout(&self, [width, height]: [f64; 2]) -> Layout {
        Layout::compute(&self.shape, Size { width: width * REM, height: height * REM, rem: REM })
    }
}

/// What has a place on the stage, in the order of the table.
#[derive(Clone, Debug)]
enum Thing {
    Label,
    Group(Arc<str>),
    Card(NodeId),
    /// The ordinal of a "+".
    Plus(usize),
}

impl Scenery {
    fn things(&self) -> Vec<Thing> {
        let layout = self.layout([60.0, 40.0]);
        let groups = layout.groups.iter().map(|(name, _)| Thing::Group(name.clone()));
        let cards = self.nodes.iter().map(|id| Thing::Card(*id));
        let pluses = (0..layout.plus.len()).map(Thing::Plus);
        std::iter::once(Thing::Label).chain(groups).chain(cards).chain(pluses).collect()
    }

    fn rect(&self, layout: &Layout, thing: &Thing) -> Rect {
        let found = match thing {
            Thing::Label => Some(label_rect(layout)),
            Thing::Group(name) => layout.group(name),
            Thing::Card(id) => layout.node(*id),
            Thing::Plus(nth) => layout.plus.get(*nth).map(|(_, rect)| *rect),
        };
        found.expect("everything has a place in every plan")
    }

    /// A card as the page draws it, without what depends on the exact size and what nobody sees.
    fn card(&self, layout: &Layout, id: NodeId, lang: Lang) -> String {
        let card = Card::of(&self.frame, id, None).expect("it is in the frame");
        let face = layout.face(id, false).expect("it is on the stage");
        let look = Look { lang, colours: &self.colours };
        let mut html = markup::whole_card(&card, &face, look).into_string();
        empty_logs(&mut html);
        only_what_is_seen(&html)
    }
}

fn label_rect(layout: &Layout) -> Rect {
    let at = layout.ensemble_label();
    Rect { x: at.x, y: at.y, w: 0.0, h: 0.0 }
}

/// Logs are as wide as the stage has it. They keep their places among the words.
fn empty_logs(html: &mut String) {
    const EMPTY: &str = "<svg class=\"log\" width=\"0\" height=\"0\"></svg>";
    let mut from = 0;
    while let Some(at) = html[from..].find("<svg class=\"log\"").map(|at| from + at) {
        let end = at + html[at..].find("</svg>").expect("a log ends") + "</svg>".len();
        html.replace_range(at..end, EMPTY);
        from = at + EMPTY.len();
    }
}

/// Without hints, roles and names for tests. Of styles, colours stay: places and heights come from the table.
fn only_what_is_seen(html: &str) -> String {
    let mut seen = html.to_string();
    for name in ["title", "data-testid", "data-tp", "aria-label", "aria-hidden", "role"] {
        cut_out_attribute(&mut seen, &format!(" {name}=\""));
    }
    let mut from = 0;
    while let Some(at) = seen[from..].find(" style=\"").map(|at| from + at) {
        let begin = at + " style=\"".len();
        let end = begin + seen[begin..].find('"').expect("a style ends");
        let kept: Vec<&str> = seen[begin..end].split(';').filter(|one| one.starts_with("--c:")).collect();
        let kept = if kept.is_empty() { String::new() } else { format!(" style=\"{}\"", kept.join(";")) };
        seen.replace_range(at..=end, &kept);
        from = at + kept.len();
    }
    seen
}

fn cut_out_attribute(html: &mut String, begin: &str) {
    while let Some(at) = html.find(begin) {
        let value = at + begin.len();
        let end = value + html[value..].find('"').expect("an attribute ends");
        html.replace_range(at..=end, "");
    }
}

/// Tags and texts by turns; a list of choices is one piece, for it can hold nothing but text.
fn pieces(html: &str) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), html);
    while !rest.is_empty() {
        let end = match rest.strip_prefix('<') {
            Some(_) if rest.starts_with("<select") => rest.find("</select>").map(|at| at + "</select>".len()),
            Some(_) => rest.find('>').map(|at| at + 1),
            None => rest.find('<'),
        };
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// One markup for both languages. Where they differ both stand there, and the style sheet shows one.
fn both(make: impl Fn(Lang) -> String) -> String {
    let [en, zh] = [make(Lang::En), make(Lang::Zh)];
    let (en, zh) = (pieces(&en), pieces(&zh));
    assert_eq!(en.len(), zh.len(), "{en:?}\n{zh:?}");
    let mut made = String::new();
    for (en, zh) in en.into_iter().zip(zh) {
        if en == zh {
            made.push_str(en);
        } else if let (Some(en), Some(zh)) = (en.strip_prefix("<select"), zh.strip_prefix("<select")) {
            made.push_str(&format!("<select lang=\"en\"{en}<select lang=\"zh\"{zh}"));
        } else {
            assert!(!en.starts_with('<') && !zh.starts_with('<'), "{en} is not {zh}");
            made.push_str(&format!("<bdi lang=\"en\">{en}</bdi><bdi lang=\"zh\">{zh}</bdi>"));
        }
    }
    made
}

/// The plans of one range of widths: from which height on each of them is followed, and which it is, the roomiest first.
type Heights = Vec<(f64, usize)>;

/// All plans of a range of stages, and where they hold.
struct Plans<'a> {
    scenery: &'a Scenery,
    known: Vec<Key>,
    /// Up to which width, and what holds there.
    widths: Vec<(f64, Heights)>,
}

impl<'a> Plans<'a> {
    fn of(scenery: &'a Scenery) -> Plans<'a> {
        let mut plans = Plans { scenery, known: Vec::new(), widths: Vec::new() };
        for (range, (from, to)) in RANGES_REM {
            // Between two ranges the picture has no stage.
            plans.widths.push((from, Vec::new()));
            let (mut width, mut here) = (from, plans.heights(from, range));
            while width < to {
                let next = (width + WIDTH_STEP_REM).min(to);
                let there = plans.heights(next, range);
                plans.between((width, here), (next, there.clone()), range);
                (width, here) = (next, there);
            }
            plans.widths.push((to, here));
        }
        plans
    }

    fn heights(&mut self, width: f64, (low, high): (f64, f64)) -> Heights {
        let mut heights = Vec::new();
        for (from, key) in Layout::plans(&self.scenery.shape, width) {
            if from >= high {
                continue;
            }
            let nth = self.known.iter().position(|known| *known == key).unwrap_or_else(|| {
                self.known.push(key);
                self.known.len() - 1
            });
            heights.push((from.max(low), nth));
            if from <= low {
                break;
            }
        }
        // What fits nowhere is scrolled.
        heights.last_mut().expect("one plan is the lowest").0 = low;
        heights
    }

    /// Notes where something else begins to hold between two widths.
    fn between(&mut self, (left, here): (f64, Heights), (right, there): (f64, Heights), range: (f64, f64)) {
        let same = here.len() == there.len()
            && here.iter().zip(&there).all(|(a, b)| a.1 == b.1 && (a.0 - b.0).abs() <= EDGE_REM);
        if same {
            return;
        }
        if right - left <= EDGE_REM {
            self.widths.push((right, here));
            return;
        }
        let middle = (left + right) / 2.0;
        let halfway = self.heights(middle, range);
        self.between((left, here), (middle, halfway.clone()), range);
        self.between((middle, halfway), (right, there), range);
    }

    /// Between which widths and which heights a plan holds.
    fn holds(&self, plan: usize) -> Option<[(f64, f64); 2]> {
        let mut holds: Option<[(f64, f64); 2]> = None;
        let mut left = 0.0;
        for (right, heights) in &self.widths {
            let mut high = highest(*right);
            for (low, here) in heights {
                if *here == plan {
                    let [(w0, w1), (h0, h1)] = holds.unwrap_or([(left, *right), (*low, high)]);
                    holds = Some([(w0.min(left), w1.max(*right)), (h0.min(*low), h1.max(high))]);
                }
                high = *low;
            }
            left = *right;
        }
        holds
    }
}

/// The height up to which stages of this width are drawn.
fn highest(width: f64) -> f64 {
    RANGES_REM.iter().find(|(_, (_, to))| width <= *to).map_or(0.0, |((_, high), _)| *high)
}

/// What a plan's places are made of: for each corner where it is, and the numbers there.
type Corners = Vec<(f64, Vec<f64>)>;

/// The corners of a function that is straight between them.
fn corners(of: &dyn Fn(f64) -> Vec<f64>, (from, to): (f64, f64)) -> Corners {
    let mut corners = vec![(from, of(from))];
    add_corners(of, (from, of(from)), (to, of(to)), &mut corners);
    // A piece was halved where its corner was not found at once: what is straight after all is joined again.
    let mut nth = 1;
    while nth + 1 < corners.len() {
        let (before, after) = (&corners[nth - 1], &corners[nth + 1]);
        if is_near(&mix(before, after, corners[nth].0), &corners[nth].1, OFF_MAX_REM / 2.0) {
            corners.remove(nth);
        } else {
            nth += 1;
        }
    }
    corners
}

fn add_corners(of: &dyn Fn(f64) -> Vec<f64>, left: (f64, Vec<f64>), right: (f64, Vec<f64>), made: &mut Corners) {
    let across = right.0 - left.0;
    let is_straight = (1..12).all(|twelfth| {
        let at = left.0 + across * f64::from(twelfth) / 12.0;
        is_near(&mix(&left, &right, at), &of(at), OFF_MAX_REM)
    });
    if is_straight || across < EDGE_REM {
        made.push(right);
        return;
    }
    // Where the lines at both ends meet, if there is but one corner.
    let little = across / 64.0;
    let (after, before) = (of(left.0 + little), of(right.0 - little));
    let meet = (0..after.len()).find_map(|nth| {
        let (up, down) = ((after[nth] - left.1[nth]) / little, (right.1[nth] - before[nth]) / little);
        let at = left.0 + (right.1[nth] - left.1[nth] - down * across) / (up - down);
        ((up - down).abs() > 0.01 && at > left.0 + little && at < right.0 - little).then_some(at)
    });
    let at = meet.unwrap_or(left.0 + across / 2.0);
    let middle = (at, of(at));
    add_corners(of, left, middle.clone(), made);
    add_corners(of, middle, right, made);
}

fn mix((from, left): &(f64, Vec<f64>), (to, right): &(f64, Vec<f64>), at: f64) -> Vec<f64> {
    let part = (at - from) / (to - from);
    left.iter().zip(right).map(|(left, right)| left + (right - left) * part).collect()
}

fn is_near(a: &[f64], b: &[f64], off_max: f64) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= off_max)
}

/// A plan as the table has it.
struct Row {
    class: &'static str,
    /// For each thing, which of its pictures is shown.
    shown: Vec<usize>,
    /// By how much the words beside a log are lowered.
    lift: f64,
    across: Corners,
    down: Corners,
}

/// What depends on the width: for each thing where it is and how wide.
fn across(scenery: &Scenery, layout: &Layout) -> Vec<f64> {
    scenery
        .things()
        .iter()
        .map(|thing| scenery.rect(layout, thing))
        .flat_map(|rect| [rect.x / REM, rect.w / REM])
        .collect()
}

fn lift(scenery: &Scenery, layout: &Layout) -> f64 {
    let broker = brokers(scenery).next().expect("the scene has brokers");
    f64::from(markup::strip::lift(&layout.face(broker, false).expect("it is on the stage"))) / REM
}

/// What depends on the height: for each thing where it is and how high, for each broker how high a strip is, and the height
/// of all.
fn down(scenery: &Scenery, layout: &Layout) -> Vec<f64> {
    let rects = scenery.things();
    let rects = rects.iter().map(|thing| scenery.rect(layout, thing));
    let mut down: Vec<f64> = rects.flat_map(|rect| [rect.y / REM, rect.h / REM]).collect();
    for id in brokers(scenery) {
        let face = layout.face(id, false).expect("it is on the stage");
        down.push(face.strip / REM);
    }
    down.push(layout.height / REM);
    down
}

fn brokers(scenery: &Scenery) -> impl Iterator<Item = NodeId> {
    scenery.nodes.iter().copied().filter(|id| matches!(id, NodeId::Broker(_)))
}

/// Everything that the file holds.
struct Picture {
    things: Vec<Thing>,
    /// For each thing, all ways in which it looks.
    looks: Vec<Vec<String>>,
    rows: Vec<Row>,
    widths: Vec<(f64, Heights)>,
}

impl Picture {
    fn of(scenery: &Scenery) -> Picture {
        let plans = Plans::of(scenery);
        let things = scenery.things();
        let mut looks = vec![Vec::new(); things.len()];
        let mut rows = Vec::new();
        for (nth, key) in plans.known.iter().enumerate() {
            let [widths, heights] = plans.holds(nth).expect("a plan that is known holds somewhere");
            let layout = |width: f64, height: f64| {
                let size = Size { width: width * REM, height: height * REM, rem: REM };
                Layout::with_plan(&scenery.shape, size, key).expect("the stage is wide enough for it")
            };
            let middle = |(from, to): (f64, f64)| (from + to) / 2.0;
            let usual = layout(middle(widths), middle(heights));
            let shown = things.iter().zip(&mut looks).map(|(thing, looks)| {
                let look = look_of(scenery, &usual, thing);
                looks.iter().position(|known| *known == look).unwrap_or_else(|| {
                    looks.push(look);
                    looks.len() - 1
                })
            });
            // At the edges, which are known only so exactly, it may not hold any more.
            let widths = (widths.0 + EDGE_REM, widths.1 - EDGE_REM);
            rows.push(Row {
                class: markup::stage_class(&usual),
                shown: shown.collect(),
                lift: lift(scenery, &usual),
                across: corners(&|width| across(scenery, &layout(width, middle(heights))), widths),
                down: corners(&|height| down(scenery, &layout(middle(widths), height)), heights),
            });
        }
        Picture { things, looks, rows, widths: plans.widths }
    }

    /// As the script finds it: the row of the table, what depends on the width, and what depends on the height.
    fn filled(&self, [width, height]: [f64; 2]) -> Option<(&Row, Vec<f64>, Vec<f64>)> {
        let (_, heights) = self.widths.iter().find(|(to, _)| width <= *to)?;
        let (_, row) = heights.iter().find(|(from, _)| height >= *from).or(heights.last())?;
        let row = &self.rows[*row];
        let filled = |corners: &Corners, at: f64| {
            let nth =
                corners[1..corners.len() - 1].iter().position(|corner| at <= corner.0).unwrap_or(corners.len() - 2);
            mix(&corners[nth], &corners[nth + 1], at)
        };
        Some((row, filled(&row.across, width), filled(&row.down, height)))
    }
}

fn look_of(scenery: &Scenery, layout: &Layout, thing: &Thing) -> String {
    both(|lang| {
        let look = Look { lang, colours: &scenery.colours };
        match thing {
            Thing::Label => format!("<span class=\"band-label\">{}</span>", StageWord::Ensemble.text(lang)),
            Thing::Group(name) => {
                let card = stage::group(&scenery.frame, name).expect("a group of the frame");
                let caption = only_what_is_seen(markup::group::caption(&card, look).as_str());
                format!("<div class=\"{}\">{caption}</div>", markup::group::class(&card))
            }
            Thing::Card(id) => scenery.card(layout, *id, lang),
            Thing::Plus(_) => "<button class=\"plus\">+</button>".to_string(),
        }
    })
}

/// Columns of numbers that are the same are said once: letters that say which, and the numbers of each corner.
fn columns(corners: &Corners) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let whole = |number: f64| (number * REM).round() as i64;
    let mut kept: Vec<Vec<i64>> = Vec::new();
    let mut letters = String::new();
    for nth in 0..corners[0].1.len() {
        let column: Vec<i64> = corners.iter().map(|(_, numbers)| whole(numbers[nth])).collect();
        let at = kept.iter().position(|known| *known == column).unwrap_or_else(|| {
            kept.push(column);
            kept.len() - 1
        });
        letters.push(char::from(LETTERS[at]));
    }
    let corner = |nth: usize| {
        let numbers: Vec<String> = kept.iter().map(|column| column[nth].to_string()).collect();
        format!("[{},{}]", whole(corners[nth].0), numbers.join(","))
    };
    let corners: Vec<String> = (0..corners.len()).map(corner).collect();
    format!("\"{letters}\",[{}]", corners.join(","))
}

impl Picture {
    fn table(&self) -> String {
        let whole = |number: f64| (number * REM).round() as i64;
        let widths: Vec<String> = self
            .widths
            .iter()
            .map(|(to, heights)| {
                let heights: Vec<String> = heights.iter().map(|(to, row)| format!("[{},{row}]", whole(*to))).collect();
                format!("[{},[{}]]", whole(*to), heights.join(","))
            })
            .collect();
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let shown: String = row.shown.iter().map(usize::to_string).collect();
                let (across, down) = (columns(&row.across), columns(&row.down));
                format!("[\"{}\",\"{shown}\",{},{across},{down}]", row.class, whole(row.lift))
            })
            .collect();
        format!("{{\"widths\":[{}],\n\"plans\":[\n{}\n]}}", widths.join(","), rows.join(",\n"))
    }

    fn stage(&self, scenery: &Scenery) -> String {
        let mut made = String::from("<div class=\"stage\"><div class=\"stage-scroll\"><div class=\"stage-content\">\n");
        for (nth, looks) in self.looks.iter().enumerate() {
            for (which, look) in looks.iter().enumerate() {
                let (tag, rest) = look.split_once(' ').expect("it has a class");
                made.push_str(&format!("{tag} data-at=\"{nth}.{which}\" {rest}\n"));
            }
        }
        let lights = both(|lang| {
            let look = Look { lang, colours: &scenery.colours };
            only_what_is_seen(markup::lights::row(&scenery.frame, look).as_str())
        });
        made.push_str(&format!("</div></div><div class=\"lights\">{lights}</div></div>\n"));
        made
    }
}

/// Scene, panels, link, language, theme, as `components/top_bar.rs` has them.
fn top_bar(lang: Lang) -> String {
    let label = |label: Label| label.text(lang);
    let say = |line: Line| line.say(lang, &[]);
    let mut scenes = vec![say(Line::SceneIntroTitle), say(Line::SceneFree)];
    scenes.extend(Scene::ALL.into_iter().map(|scene| say(scene.title())));
    scenes.push(KnowledgeWord::CheckedScenarios.text(lang).to_string());
    format!(
        "<header class=\"top\"><h1 class=\"logo\"><svg width=\"20\" height=\"20\" viewBox=\"0 0 20 20\">\
        <circle cx=\"10\" cy=\"10\" r=\"8.5\" fill=\"none\" stroke=\"var(--accent)\" stroke-width=\"2\"/>\
        <circle cx=\"10\" cy=\"10\" r=\"3.4\" fill=\"var(--accent)\"/></svg>Brokerscope</h1>\
        <label class=\"scenes\">{}</label><span class=\"spring\"></span>{}\
        <button class=\"chip\">{}</button><button class=\"chip\">{}</button>\
        <button class=\"chip icon\"><span class=\"moon\">☾</span><span class=\"sun\">☀</span></button>\
        <button class=\"chip icon\"><span>?</span></button></header>",
        choices(&scenes, 0),
        switches(lang),
        label(Label::CopyLink),
        label(Label::SwitchLanguage),
    )
}

/// A list of choices is as wide as the longest of them.
fn choices(all: &[String], chosen: usize) -> String {
    let option = |(nth, text): (usize, &String)| {
        let selected = if nth == chosen { " selected" } else { "" };
        format!("<option{selected}>{text}</option>")
    };
    format!("<select>{}</select>", all.iter().enumerate().map(option).collect::<String>())
}

fn switches(lang: Lang) -> String {
    let labels = [Label::Znodes, Label::CommandLine, Label::Why, Label::Log, Label::Timeline];
    let switch = |label: Label| format!("<button class=\"switch\">{}</button>", label.text(lang));
    let all = Label::OpenAllPanels.text(lang);
    let each: String = labels.into_iter().map(switch).collect();
    format!("<div class=\"switches\">{each}<button class=\"switch all\">{all}</button></div>")
}

/// The sentence of the guide's beginning, and the way out of it.
fn saying(lang: Lang) -> String {
    // The guide begins with it.
    let (caption, skip) =
        (markup::sentence(&Line::Watching.say(lang, &[])).into_string(), Line::SkipGuide.say(lang, &[]));
    format!(
        "<div class=\"saying\"><p class=\"caption\">{caption}</p>\
        <div class=\"guide\"><button class=\"go quiet\">{skip}</button></div></div>"
    )
}

/// Play, step, undo, speed, as `components/controls.rs` has them while it plays.
fn controls(scenery: &Scenery, lang: Lang) -> String {
    let label = |label: Label| label.text(lang);
    let button = |sign: &str, word: Label, class: &str| {
        let class = format!("key {class}");
        format!(
            "<button class=\"{}\"><span>{sign}</span><span class=\"word\">{}</span></button>",
            class.trim(),
            label(word)
        )
    };
    let clock = time_text::clock(scenery.frame.at, scenery.frame.at);
    let paces: Vec<String> = Pace::offered().iter().map(|pace| time_text::pace(*pace, lang)).collect();
    let usual = Pace::offered().iter().position(|pace| *pace == Pace::USUAL).expect("the usual pace is offered");
    format!(
        "<div class=\"controls\">{}{}{}<button class=\"key play\"><span>‖ </span>{}</button>{}{}{}\
        <span class=\"pair\"><button class=\"key\" disabled><span>↶</span></button>\
        <button class=\"key\" disabled><span>↷</span></button></span>\
        <span class=\"clock mono\"><b>{clock} s</b><span class=\"wide dim\"> · {} {} · {} {}</span></span>\
        <span class=\"spring\"></span><label class=\"speed\">{}</label></div>",
        button("|◂", Label::ToStart, "wide"),
        button("◂◂", Label::PreviousInteresting, "wide"),
        button("◂", Label::StepBack, ""),
        label(Label::Pause),
        button("▸", Label::Step, ""),
        button("▸▸", Label::NextInteresting, ""),
        button("▸|", Label::NextPhase, "wide"),
        label(Label::Event),
        scenery.frame.events,
        label(Label::Seed),
        scenes::SEED,
        choices(&paces, usual),
    )
}

/// All of the file.
fn file(scenery: &Scenery, picture: &Picture) -> String {
    format!(
        "<!-- Drawn by src/first_picture.rs, which says how; not to be changed by hand. -->\n\
        <div id=\"first\" inert><div class=\"page\">\n{}\n<main class=\"middle\">\n{}{}\n</main>\n\
        <footer class=\"bottom\">{}\n{}</footer>\n</div></div>\n\
        <script type=\"application/json\" id=\"first-places\">{}</script>\n",
        both(top_bar),
        picture.stage(scenery),
        both(saying),
        both(switches),
        both(|lang| controls(scenery, lang)),
        picture.table(),
    )
}

static DRAWN: LazyLock<(Scenery, Picture)> = LazyLock::new(|| {
    let scenery = Scenery::opening();
    let picture = Picture::of(&scenery);
    (scenery, picture)
});

#[test]
fn the_picture_before_the_program_is_what_the_engine_draws() {
    let (scenery, picture) = &*DRAWN;
    let made = file(scenery, picture);
    if std::env::var_os(DRAW).is_some() {
        std::fs::write(PATH, &made).expect("assets/first.html can be written");
    }
    let stands = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        stands == made,
        "the opening scene looks different now: `cargo xtask picture` draws its first picture again"
    );
}

#[test]
fn everything_in_the_picture_stands_where_the_program_puts_it() {
    let (scenery, picture) = &*DRAWN;
    // Phones, a tablet, windows and screens: the stage's width, its height, and a rem, in pixels.
    let phones = [(320.0, 360.0), (360.0, 460.0), (390.0, 560.0), (412.0, 640.0), (430.0, 660.0)];
    let windows =
        [(768.0, 760.0), (900.0, 520.0), (1_024.0, 560.0), (1_280.0, 530.0), (1_366.0, 570.0), (1_440.0, 710.0)];
    let walls = [(1_680.0, 850.0), (1_920.0, 890.0), (2_560.0, 1_230.0), (3_840.0, 1_900.0)];
    for (width, height) in phones.into_iter().chain(windows).chain(walls) {
        for (less_wide, less_high) in
            (0..5).flat_map(|a| (0..5).map(move |b| (f64::from(a) * 11.0, f64::from(b) * 17.0)))
        {
            let (width, height): (f64, f64) = (width - less_wide, height - less_high);
            let rem = (width * 0.005 + 8.8).clamp(16.0, 24.0);
            let layout = Layout::compute(&scenery.shape, Size { width, height, rem });
            let Some((row, across, down)) = picture.filled([width / rem, height / rem]) else { continue };
            assert_eq!(row.class, markup::stage_class(&layout), "{width} × {height}");
            for (nth, thing) in picture.things.iter().enumerate().skip(1) {
                let rect = scenery.rect(&layout, thing);
                let drawn =
                    [across[2 * nth], across[2 * nth + 1], down[2 * nth], down[2 * nth + 1]].map(|one| one * rem);
                let off = drawn.iter().zip([rect.x, rect.w, rect.y, rect.h]).map(|(a, b)| (a - b).abs());
                assert!(off.fold(0.0, f64::max) < 0.5, "{thing:?} at {width} × {height}: {drawn:?}, {rect:?}");
            }
        }
    }
}
