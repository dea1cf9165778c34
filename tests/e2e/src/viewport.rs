//! The sizes and themes in which the page is looked at.

/// The part of a screen that the page fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewport {
    pub width_px: u32,
    pub height_px: u32,
    /// A phone: touch, and a page that is as wide as the screen.
    pub is_mobile: bool,
}

/// An ordinary notebook.
pub const DESKTOP: Viewport = Viewport { width_px: 1440, height_px: 900, is_mobile: false };
/// A small laptop.
pub const SMALL: Viewport = Viewport { width_px: 1280, height_px: 720, is_mobile: false };
/// A large screen.
pub const WIDE: Viewport = Viewport { width_px: 2560, height_px: 1300, is_mobile: false };
/// A phone held upright.
pub const PHONE: Viewport = Viewport { width_px: 390, height_px: 844, is_mobile: true };

/// What the system says that its user prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// The word of the media query `prefers-color-scheme` and of the page's `theme` parameter.
    pub fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
