//! The words of the page. Every visible string comes from a [`Catalog`]; both languages implement it, so a
//! new label or fact does not compile until both speak.

mod en;
mod zh;

pub use en::En;
pub use zh::Zh;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    En,
    Zh,
}

impl Lang {
    pub fn catalog(self) -> &'static dyn Catalog {
        match self {
            Lang::En => &En,
            Lang::Zh => &Zh,
        }
    }

    /// As in `<html lang>`.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }
}

/// A short fixed text of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Play,
    Pause,
    Step,
    StepBack,
    NextInteresting,
    PreviousInteresting,
    NextPhase,
    ToStart,
    Undo,
    Redo,
    StoryTime,
    Znodes,
    Why,
    Log,
    Inspect,
    Timeline,
    OpenAllPanels,
    Close,
    CopyLink,
    LinkCopied,
    Theme,
    Help,
}

pub trait Catalog: Sync {
    fn label(&self, label: Label) -> &'static str;
}
