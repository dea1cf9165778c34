//! Numbers that stand in a style sheet and in the program too: what the layout reckons with is what the browser draws.
//! Each pair is compared here, so that neither can change alone.

use crate::components::stage::{menu, travels};
use crate::layout::need::{self, Density};
use crate::layout::{beside, plan};
use crate::markup::strip;
use crate::view_model::ensemble;

/// A rule of a style sheet: the at-rules around it, its selector, its declarations.
#[derive(Debug)]
struct Rule {
    within: String,
    selectors: Vec<String>,
    declarations: Vec<(String, String)>,
}

/// All style sheets, in their order on the page.
struct Sheets(Vec<Rule>);

impl Sheets {
    fn read() -> Sheets {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/style");
        let index = include_str!("../index.html");
        let names = index.split("href=\"style/").skip(1).filter_map(|rest| rest.split('"').next());
        let mut rules = Vec::new();
        for name in names {
            let text = std::fs::read_to_string(format!("{folder}/{name}")).expect("a style sheet of the page");
            let without_comments: String = text
                .split("/*")
                .enumerate()
                .map(|(nth, part)| if nth == 0 { part } else { part.split_once("*/").expect("a comment ends").1 })
                .collect();
            read_rules(&without_comments, "", &mut rules);
        }
        assert!(rules.len() > 300, "the style sheets were read");
        Sheets(rules)
    }

    /// What the last rule with exactly this selector says.
    fn value(&self, within: &str, selector: &str, property: &str) -> &str {
        let of = |rule: &&Rule| rule.within == within && rule.selectors.iter().any(|one| one == selector);
        let said = self.0.iter().filter(of).flat_map(|rule| &rule.declarations);
        let said = said.rev().find(|(name, _)| name == property);
        said.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("{selector} has no {property}"))
    }

    /// The lengths in rem that it says there.
    fn rems(&self, selector: &str, property: &str) -> Vec<f64> {
        rems_in(self.value("", selector, property))
    }

    fn expect(&self, selector: &str, property: &str, numbers: &[f64]) {
        let (value, said) = (self.value("", selector, property), self.rems(selector, property));
        let same = said.len() == numbers.len() && said.iter().zip(numbers).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(same, "{selector} {{ {property}: {value} }}, but the program has {numbers:?}");
    }

    fn sum(&self, parts: &[(&str, &str)]) -> f64 {
        parts.iter().map(|(selector, property)| self.rems(selector, property)[0]).sum()
    }
}

fn read_rules(text: &str, within: &str, rules: &mut Vec<Rule>) {
    let mut rest = text;
    while let Some((prelude, after)) = rest.split_once('{') {
        let prelude = prelude.trim();
        let mut depth = 1;
        let end = after.find(|letter: char| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            depth == 0
        });
        let (block, after) = after.split_at(end.expect("a block ends"));
        rest = &after[1..];
        if prelude.starts_with("@media") || prelude.starts_with("@container") {
            read_rules(block, prelude, rules);
        } else if !prelude.starts_with('@') {
            let declarations = block.split(';').filter_map(|one| one.split_once(':'));
            rules.push(Rule {
                within: within.to_string(),
                selectors: prelude.split(',').map(|one| one.trim().to_string()).collect(),
                declarations: declarations.map(|(a, b)| (a.trim().to_string(), b.trim().to_string())).collect(),
            });
        }
    }
}

fn rems_in(value: &str) -> Vec<f64> {
    let words = value.split(|letter: char| !letter.is_alphanumeric() && !".-".contains(letter));
    words.filter_map(|word| word.strip_suffix("rem")?.parse().ok()).collect()
}

#[test]
fn a_rule_is_found_by_its_selector_and_what_stands_around_it() {
    let mut rules = Vec::new();
    read_rules(
        ".a, .b > c { top: calc(3.5rem - 1px); } @media (x) { .a { top: 1rem; } } .a { top: 2rem }",
        "",
        &mut rules,
    );
    let sheets = Sheets(rules);
    assert_eq!(sheets.rems(".b > c", "top"), [3.5]);
    assert_eq!(sheets.rems(".a", "top"), [2.0], "the last one counts");
    assert_eq!(sheets.value("@media (x)", ".a", "top"), "1rem");
    assert_eq!(rems_in("4.5rem minmax(0, 1fr) 3.1rem"), [4.5, 3.1]);
}

#[test]
fn a_sentence_beside_a_card_is_as_large_as_the_layout_has_it() {
    let sheets = Sheets::read();
    sheets.expect(".caption.beside", "padding", &[beside::PAD_Y_REM, beside::PAD_X_REM]);
    sheets.expect(".caption.beside", "font-size", &[beside::LETTER_REM]);
    assert_eq!(sheets.value("", ".caption.beside", "line-height"), beside::LINE_REM.to_string());
}

#[test]
fn a_broker_has_its_rows_where_the_layout_has_them() {
    let sheets = Sheets::read();
    for (density, card) in [(Density::Full, ".bk"), (Density::Compact, ".bk.compact"), (Density::Tile, ".bk.tile")] {
        let of = |part: &str| format!("{card} > {part}");
        sheets.expect(&of(".rows"), "left", &[need::broker_pad_rem(density)]);
        sheets.expect(&of(".rows"), "top", &[need::broker_head_rem(density)]);
        let head = sheets.sum(&[(&of(".head"), "height"), (&of(".running"), "height")]);
        assert!(head <= need::broker_head_rem(density), "{card}: {head} rem are above the rows");
    }
    for side in ["width", "height"] {
        sheets.expect(".sq", side, &[need::SQUARE_REM]);
    }
    sheets.expect(".sq", "margin", &[need::SQUARE_GAP_REM; 2]);
}

#[test]
fn a_log_has_its_words_where_the_markup_leaves_room_for_them() {
    let sheets = Sheets::read();
    sheets.expect(".strip", "grid-template-columns", &[strip::NAME_REM, strip::ROLE_REM]);
    sheets.expect(".strip", "column-gap", &[strip::GAP_REM]);
    let compact = ".bk.compact .strip";
    sheets.expect(compact, "grid-template-columns", &[strip::NAME_COMPACT_REM, strip::ROLE_COMPACT_REM]);
    sheets.expect(compact, "column-gap", &[strip::GAP_COMPACT_REM]);
    sheets.expect(".strip.stacked .strip-name", "line-height", &[strip::STACKED_NAME_REM]);
}

#[test]
fn a_server_has_room_for_as_many_sessions_as_it_is_given() {
    let sheets = Sheets::read();
    sheets.expect(".card.zk", "padding", &[ensemble::PAD_REM, 1.5 * ensemble::PAD_REM]);
    sheets.expect(".stage.narrow .card.zk", "padding", &[ensemble::PAD_REM]);
    sheets.expect(".zk > .head", "height", &[ensemble::HEAD_REM]);
    sheets.expect(".stage.narrow .zk > .head", "height", &[ensemble::HEAD_NARROW_REM]);
    let desk = sheets.sum(&[(".zk-desk", "margin-top"), (".lead .zk-desk", "min-height")]);
    assert!((desk - ensemble::DESK_REM).abs() < 1e-9, "the desk is {desk} rem high");
    let [between_lines, between_chips] = sheets.rems(".chips", "gap")[..] else { panic!("a gap in both directions") };
    assert_eq!(between_chips, ensemble::CHIP_GAP_REM);
    let line = sheets.rems(".seat", "height")[0] + between_lines;
    assert!((line - ensemble::CHIP_LINE_REM).abs() < 1e-9, "a line of sessions is {line} rem high");
    sheets.expect(".chips", "grid-template-columns", &[ensemble::CHIP_REM]);
    sheets.expect(".stage.narrow .chips", "grid-template-columns", &[ensemble::CHIP_NARROW_REM]);
}

#[test]
fn a_consumer_and_its_group_have_the_room_that_the_layout_gives_them() {
    let sheets = Sheets::read();
    assert!(sheets.rems(".cl .row", "min-height")[0] <= need::OWNED_ROW_REM);
    assert!(sheets.rems(".owned", "height")[0] <= need::OWNED_ROW_REM);
    sheets.expect(".group-cap", "height", &[plan::GROUP_FOOT_REM]);
}

#[test]
fn a_menu_is_as_wide_as_the_place_that_is_looked_for() {
    Sheets::read().expect(".menu", "width", &[menu::WIDTH_REM]);
}

#[test]
fn what_travels_is_there_until_it_has_arrived() {
    let sheets = Sheets::read();
    for travel in [".travel", ".travel.still"] {
        let words: Vec<&str> = sheets.value("", travel, "animation").split(' ').collect();
        let takes_ms = words.iter().find_map(|word| word.strip_suffix("ms")?.parse::<u128>().ok());
        assert!(takes_ms.is_some_and(|ms| ms < travels::GONE_AFTER.as_millis()), "{travel}: {words:?}");
    }
}

#[test]
fn everybody_means_the_same_by_a_narrow_page() {
    let (sheets, query) = (Sheets::read(), crate::context::NARROW_PAGE);
    assert!(include_str!("../assets/first.js").contains(&format!("matchMedia('{query}')")), "first.js asks otherwise");
    let width_px = |within: &str, bound: &str| -> Option<u32> {
        within.split_once(bound)?.1.split_once("px")?.0.trim().parse().ok()
    };
    let narrow_px = width_px(query, "max-width:").expect("a width");
    // Other bounds say when a bar's words are short, not what a narrow page is.
    for rule in sheets.0.iter().filter(|rule| (880..=920).any(|px| rule.within.contains(&format!("width: {px}px")))) {
        let (most, least) = (width_px(&rule.within, "max-width:"), width_px(&rule.within, "min-width:"));
        assert!(most.is_none_or(|px| px == narrow_px) && least.is_none_or(|px| px == narrow_px + 1), "{}", rule.within);
    }
}
