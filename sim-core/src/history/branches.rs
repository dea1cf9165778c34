//! Changing a run: a command makes a new branch of it, undo and redo go from one branch to another.

use super::{Cursor, History, carry_out};
use crate::engine::command::{Command, CommandError, Placed};

/// What undo goes back to.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    placed: Vec<Placed>,
    cursor: Cursor,
}

impl History {
    /// What the user asks, at the cursor. What the engine had run ahead is discarded; the branch as it was
    /// comes back with [`History::undo`].
    pub fn command(&mut self, command: &Command) -> Result<(), CommandError> {
        let cursor = self.cursor();
        let placed = Placed { step: cursor.step, at: cursor.at, command: command.clone() };
        // What it means is found out once, where it is carried out: a refused command has changed nothing but this.
        let mut next = self.shown.clone();
        carry_out(&mut next, &placed, &mut self.changes)?;
        let before = Branch { placed: self.placed.clone(), cursor };
        self.cut_off_at(cursor.step);
        self.placed.push(placed);
        self.head = next.clone();
        self.keep_what_happened();
        self.shown = next;
        self.shown_at = self.shown.now();
        self.frame = None;
        self.done.push(before);
        self.undone.clear();
        Ok(())
    }

    /// Back to before the last command, with whatever lay ahead of it then.
    pub fn undo(&mut self) -> bool {
        let Some(branch) = self.done.pop() else { return false };
        let now = Branch { placed: self.placed.clone(), cursor: self.cursor() };
        self.undone.push(now);
        self.switch_to(branch);
        true
    }

    /// What the last undo took back; false when nothing was.
    pub fn redo(&mut self) -> bool {
        let Some(branch) = self.undone.pop() else { return false };
        let now = Branch { placed: self.placed.clone(), cursor: self.cursor() };
        self.done.push(now);
        self.switch_to(branch);
        true
    }

    /// Whether a command was given that was not taken back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether something was taken back, and nothing else done since.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Replaces the commands (a link, undo) and goes to a place in the run that they make.
    pub(crate) fn replace_commands(&mut self, placed: Vec<Placed>, cursor: Cursor) {
        self.switch_to(Branch { placed, cursor });
    }

    fn switch_to(&mut self, branch: Branch) {
        let common = self.placed.iter().zip(&branch.placed).take_while(|(ours, theirs)| ours == theirs).count();
        let first_difference =
            [&self.placed, &branch.placed].iter().filter_map(|placed| placed.get(common)).map(|p| p.step).min();
        if let Some(step) = first_difference {
            self.placed.truncate(common);
            self.seek(step.min(self.head.system().steps()));
            self.cut_off_at(step);
        }
        self.placed = branch.placed;
        self.seek(branch.cursor.step);
        if branch.cursor.at > self.shown_at {
            self.advance_to(branch.cursor.at);
        }
    }

    /// Forgets what lies after this step; `shown` must stand there.
    fn cut_off_at(&mut self, step: u64) {
        if self.head.system().steps() > step || self.placed.last().is_some_and(|placed| placed.step >= step) {
            self.placed.retain(|placed| placed.step < step);
            self.keyframes.truncate_after(step);
            self.deliveries.truncate_after(step);
            self.head = self.shown.clone();
            let noted = self.head.system().events_noted();
            self.events.truncate(noted);
            let keep = self.marks.partition_point(|mark| mark.seq.0 < noted);
            self.marks.truncate(keep);
        }
    }
}
