//! What a reader does in more than one tour.

use serde_json::json;

use crate::{Page, Result};

impl Page {
    /// Chooses the scene at this place of the list.
    pub async fn choose_scene(&self, scene: &str) -> Result {
        self.wait_for("scene-picker").await?;
        let choose = "const list = document.querySelector('[data-testid=scene-picker]');
            list.value = arguments[0];
            list.dispatchEvent(new Event('change', { bubbles: true }));";
        self.execute(choose, vec![json!(scene)]).await?;
        self.wait_for("scene-next").await
    }

    /// On with a scene until its sentence has these words.
    pub async fn go_on_until(&self, words: &str) -> Result {
        self.wait_until(words, async || {
            if self.text("caption").await?.contains(words) {
                return Ok(true);
            }
            // Only when it is there: time passes between two sentences.
            self.execute("document.querySelector('[data-testid=scene-next]')?.click()", vec![]).await?;
            Ok(false)
        })
        .await
    }

    /// The link that the page copies at this moment.
    pub async fn link(&self) -> Result<String> {
        let script = "window.copied = [];
            Object.defineProperty(navigator, 'clipboard', { configurable: true, value: {
                writeText: text => (window.copied.push(text), Promise.resolve()),
            } })";
        self.execute(script, vec![]).await?;
        self.click("copy-link").await?;
        self.wait_until("something is copied", async || {
            Ok(self.execute("return window.copied.length", vec![]).await? == json!(1))
        })
        .await?;
        let text = self.execute("return window.copied.pop()", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// From here on the clipboard refuses what is written to it.
    pub async fn refuse_clipboard(&self) -> Result {
        let script = "Object.defineProperty(navigator, 'clipboard', { configurable: true, value: {
                writeText: () => Promise.reject(new Error('no')),
            } })";
        self.execute(script, vec![]).await.map(drop)
    }

    /// Waits until the address is that of this moment: it follows as soon as the reader rests.
    pub async fn wait_for_address(&self) -> Result {
        let link = self.link().await?;
        self.wait_until("the address is that of this moment", async || Ok(self.address().await? == link)).await
    }

    /// Makes the next step of a page that was opened with `?panic=step`, and waits for the card that says so.
    pub async fn let_it_fail(&self) -> Result {
        self.wait_for("step").await?;
        // From script: a dialog may lie over the button.
        self.execute("document.querySelector('[data-testid=step]').click()", vec![]).await?;
        self.wait_until("the card is shown", async || {
            Ok(self.execute("return document.getElementById('fatal').open", vec![]).await? == json!(true))
        })
        .await
    }
}
