//! English.

use super::{Catalog, Label};

pub struct En;

impl Catalog for En {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Play => "Play",
            Label::Pause => "Pause",
            Label::Step => "Step",
            Label::StepBack => "Step back",
            Label::NextInteresting => "Next interesting",
            Label::PreviousInteresting => "Last interesting",
            Label::NextPhase => "Next phase",
            Label::ToStart => "Back to the start",
            Label::Undo => "Undo",
            Label::Redo => "Redo",
            Label::StoryTime => "story time",
            Label::Znodes => "Znodes",
            Label::Why => "Why it happened",
            Label::Log => "Log",
            Label::Inspect => "Inspect",
            Label::Timeline => "Timeline",
            Label::OpenAllPanels => "Open all panels",
            Label::Close => "Close",
            Label::CopyLink => "Copy link",
            Label::LinkCopied => "Link copied: it opens exactly this moment.",
            Label::Theme => "Light or dark",
            Label::Help => "Help and keys",
        }
    }
}
