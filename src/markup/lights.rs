//! What the cluster can do now: three lights, in words as well.

use super::Look;
use super::html::Html;
use crate::i18n::{Lang, StageWord, counted};
use crate::view_model::ensemble::{self, Possible};
use crate::view_model::stage;
use sim_core::view::frame::Frame;
use std::sync::Arc;

/// The light that says what a client can do now: its shape's class, and the words.
fn possible(possible: &Possible, lang: Lang) -> (&'static str, String) {
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

pub fn row(frame: &Frame, look: Look<'_>) -> Html {
    let mut html = Html::new();
    let mut light = |class: &'static str, text: &str, testid: &'static str| {
        html.raw("<span class=\"").raw(class).raw("\" data-testid=\"").raw(testid).raw("\">").text(text).raw("</span>");
    };
    let (class, text) = possible(&ensemble::possible(frame), look.lang);
    light(class, &text, "light-service");
    let lights = stage::lights(frame);
    if lights.partitions > 0 {
        let lamp = |good: bool| if good { "lamp" } else { "lamp out" };
        let controller = if lights.controller { StageWord::HasController } else { StageWord::NoController };
        light(lamp(lights.controller), look.word(controller), "light-controller");
        let offline = match (lights.offline, look.lang) {
            (0, _) => look.word(StageWord::AllLed).to_string(),
            (n, lang) => counted::offline(lang, u64::from(n)),
        };
        light(lamp(lights.offline == 0), &offline, "light-partitions");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

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
