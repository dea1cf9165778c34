//! `cargo xtask picture`: draws `assets/first.html`, the opening scene as the engine has it, again. The page's crate can do
//! it (`src/first_picture.rs`); its test notices when it was forgotten.

use std::process::ExitCode;

use workshop::Error;

use crate::process::become_command;
use crate::setup::plain_command;

const DRAW_VARIABLE: &str = "BROKERSCOPE_DRAW_FIRST_PICTURE";
const TEST: &str = "first_picture::the_picture_before_the_program_is_what_the_engine_draws";

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    if let Some(option) = arguments.first() {
        return Err(Error::unknown_option("picture", option));
    }
    let mut command = plain_command("cargo");
    command.args(["test", "--quiet", "--package", "brokerscope", "--lib", TEST]).env(DRAW_VARIABLE, "1");
    become_command(command)
}
