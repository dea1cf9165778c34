//! The simulator's side of a scenario.

use sim_core::engine::setup::Setup;
use sim_core::scenario::{Player, StepError};

use crate::playthrough::{Ending, Playthrough, Why};
use crate::sim::report;
use crate::story_file::Story;

/// Any one will do: what a story observes must not depend on it.
const SEED: u64 = 1;

/// Tells the story with this setup (the file's, with the version that is meant).
pub(super) fn tell(story: &Story, setup: &Setup) -> Playthrough {
    let mut playthrough = Playthrough { observations: Vec::new(), ending: None };
    let mut player = match Player::new(setup, SEED, &mut |_| {}) {
        Ok(player) => player,
        Err(error) => {
            let sentence = format!("the simulated ensemble did not come up: {error}");
            playthrough.ending = Some((0, Ending::new(Why::Broken, sentence)));
            return playthrough;
        }
    };
    for (nth, step) in story.scenario.steps.iter().enumerate() {
        let before = player.sim().now();
        match player.play(step, &mut |_| {}) {
            Ok(seen) => playthrough.observations.extend(seen),
            Err(error) => {
                let why = match &error {
                    StepError::Refused(_) => Why::Refused,
                    StepError::NotReached => Why::NotReached,
                    StepError::NotSettled => Why::NotSettled,
                    StepError::NoAnswer(_) => Why::NoAnswer,
                };
                playthrough.ending = Some((nth, Ending::new(why, report::step_error(&error, step, &player, before))));
                return playthrough;
            }
        }
    }
    playthrough
}
