//! HTML as text that cannot hold markup of anybody but this program.

/// Pieces of HTML put together. Markup comes in as literals only; whatever is known at run time comes in by
/// [`Html::text`], which escapes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    pub fn new() -> Html {
        Html::default()
    }

    /// Markup that stands in the program.
    pub fn raw(&mut self, markup: &'static str) -> &mut Html {
        self.0.push_str(markup);
        self
    }

    /// Text, or the value of an attribute between double quotes.
    pub fn text(&mut self, text: &str) -> &mut Html {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                letter => self.0.push(letter),
            }
        }
        self
    }

    pub fn number(&mut self, number: i64) -> &mut Html {
        self.0.push_str(&number.to_string());
        self
    }

    pub fn html(&mut self, other: &Html) -> &mut Html {
        self.0.push_str(&other.0);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_become_markup() {
        let mut html = Html::new();
        html.raw("<b title=\"").text("\" onclick=\"x").raw("\">").text("<img src=x> & co").raw("</b>");
        assert_eq!(html.as_str(), "<b title=\"&quot; onclick=&quot;x\">&lt;img src=x&gt; &amp; co</b>");
    }
}
