//! What a page must not do to a reader with a screen reader, without a mouse, or with poor sight, as far as a machine can
//! see it: axe's rules (WCAG 2 A and AA, and its good practice).

use std::fs;

use serde_json::{Value, json};

use crate::{Page, Result, read_environment};

/// How many elements of a violated rule a failure names: enough to see the kind.
const NAMED_MAX: usize = 3;

impl Page {
    /// Fails if axe finds anything in the page as it is now; `state` says which state that is.
    pub async fn expect_no_barriers(&self, state: &str) -> Result {
        let has_axe = self.execute("return Boolean(window.axe)", vec![]).await? == json!(true);
        if !has_axe {
            let path = read_environment("BROKERSCOPE_AXE")?;
            let script = fs::read_to_string(&path).map_err(|error| format!("could not read {path}: {error}"))?;
            self.execute(&script, vec![]).await?;
        }
        // Without the option it would also collect what it finds in order, and what it cannot decide.
        let script = "const done = arguments[arguments.length - 1];
            // In the middle of a change colours are mixtures that nobody reads; what pulses for ever is looked at as it is.
            const changes = document.getAnimations()
                .filter(change => change.effect.getComputedTiming().iterations !== Infinity)
                .map(change => change.finished.catch(() => {}));
            Promise.all(changes).then(() => axe.run(document, { resultTypes: ['violations'] })).then(
                result => done(result.violations.map(rule => ({
                    rule: rule.id,
                    nodes: rule.nodes.map(node => node.target.join(' ') + ': ' + node.failureSummary),
                }))),
                error => done(String(error)))";
        let found = self.execute_async(script, vec![]).await?;
        let rules = found.as_array().ok_or_else(|| format!("{state}: axe did not run: {found}"))?;
        if rules.is_empty() { Ok(()) } else { Err(format!("{state}: {}", sentences(rules)).into()) }
    }
}

fn sentences(rules: &[Value]) -> String {
    let sentence = |rule: &Value| {
        let nodes = rule["nodes"].as_array().map_or(&[][..], Vec::as_slice);
        let named: Vec<&str> = nodes.iter().take(NAMED_MAX).filter_map(Value::as_str).collect();
        format!("{} ({} times): {}", rule["rule"].as_str().unwrap_or_default(), nodes.len(), named.join(" | "))
    };
    rules.iter().map(sentence).collect::<Vec<_>>().join("\n")
}
