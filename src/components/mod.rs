//! The parts of the page. They read view models, send `UiCommand`s and take every word from `i18n`.

pub mod announcer;
pub mod caption;
pub mod command_line;
pub mod controls;
pub mod event_log;
pub mod guide;
pub mod help;
pub mod inspector;
pub mod keys;
pub mod knowledge;
pub mod link_dialog;
pub mod panel_switches;
pub mod scene_picker;
pub mod section;
pub mod stage;
pub mod storyteller;
pub mod timeline;
pub mod toast;
pub mod top_bar;
pub mod why_panel;
pub mod znode_tree;
