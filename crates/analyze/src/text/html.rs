//! The words of an HTML page: main text, title, publication date.
//!
//! A pass over html5ever's tokens with a stack of open elements; no tree is built, no script run, nothing fetched.
//! It keeps the paragraphs of the article, one a line, and drops what surrounds it: navigation, asides, footers,
//! forms, and short blocks that are mostly links (Kohlschütter, Fankhauser and Nejdl 2010, link density). It
//! deliberately does not apply style sheets, so text hidden by a style sheet is read as text.

use std::cell::RefCell;

use html5ever::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use serde_json::Value;

/// Deepest nesting that is followed; deeper elements are read as part of the one above.
const DEEPEST: usize = 400;

/// Longest script element that is read as JSON-LD, in bytes.
const LONGEST_JSON: usize = 1 << 20;

/// Deepest JSON-LD that is searched.
const DEEPEST_JSON: usize = 12;

/// Share of a block's characters inside links from which a short block is furniture.
const MOSTLY_LINKS: f64 = 0.6;

/// Longest block, in characters, that its links alone can make furniture.
const SHORT_BLOCK: usize = 160;

/// An article shorter than this, in characters, may be a teaser: then the whole page is read.
const LEAST_ARTICLE: usize = 200;

/// What a page says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub text: String,
    pub title: Option<String>,
    /// Dates stated as publication dates, as written, most trusted first.
    pub published: Vec<String>,
}

/// Reads a page.
pub(super) fn read(html: &str) -> Page {
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    // The sink never asks for a script to run, so one feed takes everything.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

#[derive(Default)]
struct Reader(RefCell<State>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => state.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return state.open(&tag),
            Token::TagToken(tag) => state.close(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Element {
    name: String,
    furniture: bool,
    article: bool,
    link: bool,
}

#[derive(Default)]
struct Block {
    text: String,
    linked: usize,
    article: bool,
    heading: bool,
}

/// Where characters go that are not text of the page.
#[derive(Default, PartialEq)]
enum Aside {
    #[default]
    None,
    Title,
    JsonLd,
    Dropped,
}

#[derive(Default)]
struct State {
    open: Vec<Element>,
    blocks: Vec<Block>,
    current: Block,
    aside: Aside,
    aside_text: String,
    title: Option<String>,
    shared_title: Option<String>,
    heading: Option<String>,
    dates: [Vec<String>; 3],
}

impl State {
    fn text(&mut self, text: &str) {
        match self.aside {
            Aside::Dropped => return,
            Aside::Title | Aside::JsonLd => {
                if self.aside_text.len() + text.len() <= LONGEST_JSON {
                    self.aside_text.push_str(text);
                }
                return;
            }
            Aside::None => {}
        }
        if self.open.iter().any(|element| element.furniture) {
            return;
        }
        let linked = self.open.iter().any(|element| element.link);
        for c in text.chars() {
            if c.is_whitespace() && c != '\u{00A0}' {
                if !self.current.text.is_empty() && !self.current.text.ends_with([' ', '\n']) {
                    self.current.text.push(' ');
                }
            } else {
                self.current.text.push(if c == '\u{00A0}' { ' ' } else { c });
                self.current.linked += usize::from(linked);
            }
        }
    }

    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        match name {
            "script" if attribute(&tag.attrs, "type").is_some_and(|kind| kind.contains("ld+json")) => {
                return self.raw(Aside::JsonLd, RawKind::ScriptData);
            }
            "script" => return self.raw(Aside::Dropped, RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => {
                return self.raw(Aside::Dropped, RawKind::Rawtext);
            }
            "title" if !self.open.iter().any(|element| element.name == "svg") => {
                return self.raw(Aside::Title, RawKind::Rcdata);
            }
            "textarea" => return self.raw(Aside::Dropped, RawKind::Rcdata),
            "plaintext" => return TokenSinkResult::Plaintext,
            "meta" => self.meta(&tag.attrs),
            "br" if !self.current.text.is_empty() => self.current.text.push('\n'),
            _ => {}
        }
        if name == "time" {
            self.time(&tag.attrs);
        }
        if is_block(name) {
            self.flush();
            self.current.heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
            if matches!(self.open.last(), Some(last) if last.name == "p") {
                self.open.pop();
            }
        }
        if !is_void(name) && !tag.self_closing && self.open.len() < DEEPEST {
            self.open.push(Element {
                name: name.to_owned(),
                furniture: is_furniture(name, &tag.attrs),
                article: matches!(name, "article" | "main")
                    || attribute(&tag.attrs, "role") == Some("main")
                    || attribute(&tag.attrs, "itemprop") == Some("articleBody"),
                link: name == "a",
            });
        }
        TokenSinkResult::Continue
    }

    fn raw(&mut self, aside: Aside, kind: RawKind) -> TokenSinkResult<()> {
        self.aside = aside;
        self.aside_text.clear();
        TokenSinkResult::RawData(kind)
    }

    fn close(&mut self, name: &str) {
        match std::mem::take(&mut self.aside) {
            Aside::None => {}
            Aside::Dropped => return,
            Aside::Title => {
                let title = one_line(&self.aside_text);
                self.title = self.title.take().or(title);
                return;
            }
            Aside::JsonLd => {
                if let Ok(value) = serde_json::from_str::<Value>(self.aside_text.trim()) {
                    published_in_json(&value, 0, &mut self.dates[0]);
                }
                return;
            }
        }
        if is_block(name) {
            if name == "h1" && self.heading.is_none() {
                self.heading = one_line(&self.current.text);
            }
            self.flush();
        }
        if let Some(at) = self.open.iter().rposition(|element| element.name == name) {
            self.open.truncate(at);
        }
    }

    fn flush(&mut self) {
        let mut block = std::mem::take(&mut self.current);
        let lines: Vec<&str> = block.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            return;
        }
        let text = lines.join("\n");
        block.text = text;
        block.article = self.open.iter().any(|element| element.article);
        self.blocks.push(block);
    }

    fn meta(&mut self, attributes: &[Attribute]) {
        let Some(content) = attribute(attributes, "content").filter(|content| content.len() < 512) else { return };
        let key = ["property", "name", "itemprop", "http-equiv"]
            .into_iter()
            .find_map(|key| attribute(attributes, key))
            .unwrap_or_default()
            .to_ascii_lowercase();
        match key.as_str() {
            "og:title" | "twitter:title" => {
                self.shared_title = self.shared_title.take().or_else(|| one_line(content));
            }
            "article:published_time"
            | "og:published_time"
            | "datepublished"
            | "pubdate"
            | "publishdate"
            | "publish_date"
            | "published_time"
            | "dc.date"
            | "dc.date.issued"
            | "dcterms.date"
            | "dcterms.issued"
            | "dcterms.created"
            | "citation_publication_date"
            | "citation_date"
            | "sailthru.date"
            | "parsely-pub-date"
            | "article.published"
            | "date" => self.dates[1].push(content.to_owned()),
            _ => {}
        }
    }

    fn time(&mut self, attributes: &[Attribute]) {
        let Some(stated) = attribute(attributes, "datetime") else { return };
        let stated = stated.to_owned();
        let inside_article = self.open.iter().any(|element| element.article);
        let is_publication =
            attribute(attributes, "pubdate").is_some() || attribute(attributes, "itemprop") == Some("datePublished");
        match (is_publication, inside_article) {
            (true, _) => self.dates[1].push(stated),
            (false, true) if self.dates[2].is_empty() => self.dates[2].push(stated),
            _ => {}
        }
    }

    fn finish(mut self) -> Page {
        self.flush();
        let in_article: usize =
            self.blocks.iter().filter(|block| block.article).map(|block| block.text.chars().count()).sum();
        let only_article = in_article >= LEAST_ARTICLE;
        let kept: Vec<&str> = self
            .blocks
            .iter()
            .filter(|block| (!only_article || block.article) && !block.is_furniture())
            .map(|block| block.text.as_str())
            .collect();
        // A page of nothing but links is still its links.
        let text = if kept.is_empty() {
            self.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
        } else {
            kept.join("\n")
        };
        Page {
            text,
            title: self.shared_title.or(self.title).or(self.heading),
            published: self.dates.into_iter().flatten().collect(),
        }
    }
}

impl Block {
    fn is_furniture(&self) -> bool {
        let length = self.text.chars().filter(|c| !c.is_whitespace()).count();
        !self.heading && length < SHORT_BLOCK && self.linked as f64 > length as f64 * MOSTLY_LINKS
    }
}

fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    attributes.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

fn one_line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// Elements that end the line they stand in.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "select"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements whose text is not the page's own: by name, by role, by being hidden, by the words of their class or id.
fn is_furniture(name: &str, attributes: &[Attribute]) -> bool {
    if matches!(
        name,
        "nav"
            | "footer"
            | "aside"
            | "noscript"
            | "template"
            | "svg"
            | "math"
            | "select"
            | "button"
            | "object"
            | "video"
            | "audio"
            | "canvas"
            | "map"
            | "dialog"
    ) {
        return true;
    }
    if matches!(name, "html" | "body" | "main" | "article") {
        return false;
    }
    if attribute(attributes, "hidden").is_some()
        || attribute(attributes, "aria-hidden") == Some("true")
        || matches!(
            attribute(attributes, "role"),
            Some("navigation" | "complementary" | "contentinfo" | "search" | "menu" | "dialog" | "alert")
        )
    {
        return true;
    }
    if attribute(attributes, "style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        style.contains("display:none") || style.contains("visibility:hidden")
    }) {
        return true;
    }
    ["class", "id"].into_iter().filter_map(|key| attribute(attributes, key)).flat_map(str::split_whitespace).any(
        |word| {
            matches!(
                word.to_ascii_lowercase().as_str(),
                "nav"
                    | "navbar"
                    | "navigation"
                    | "menu"
                    | "breadcrumb"
                    | "breadcrumbs"
                    | "sidebar"
                    | "footer"
                    | "share"
                    | "sharing"
                    | "social"
                    | "related"
                    | "related-posts"
                    | "comments"
                    | "comment-list"
                    | "cookie"
                    | "cookie-banner"
                    | "newsletter"
                    | "advert"
                    | "advertisement"
                    | "ads"
                    | "pagination"
                    | "skip-link"
                    | "sr-only"
                    | "visually-hidden"
                    | "screen-reader-text"
                    | "popup"
                    | "modal"
            )
        },
    )
}

/// Collects `datePublished` (else `uploadDate`, `dateCreated`) of every object.
fn published_in_json(value: &Value, depth: usize, out: &mut Vec<String>) {
    if depth > DEEPEST_JSON {
        return;
    }
    match value {
        Value::Array(list) => list.iter().for_each(|inner| published_in_json(inner, depth + 1, out)),
        Value::Object(fields) => {
            let stated = ["datePublished", "uploadDate", "dateCreated"]
                .into_iter()
                .find_map(|key| fields.get(key).and_then(Value::as_str));
            out.extend(stated.map(str::to_owned));
            fields.values().for_each(|inner| published_in_json(inner, depth + 1, out));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html><head><title> Strike on a  school | Paper </title>
        <meta property="og:title" content="Strike on a school">
        <script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2019-03-29T18:36:00+02:00"}]}</script>
        <script>if (1 < 2) document.write("<p>not text</p>")</script><style>p { color: red }</style></head>
        <body><header><nav><ul><li><a href="/">Home</a></ul></nav></header>
        <div class="sidebar">Buy now</div>
        <article><h1>Strike on a school</h1><time datetime="2019-03-30">today</time>
        <p>Two bombs fell on a school in the town&rsquo;s centre on Thursday, residents said. Five people were reported killed
        and twelve injured, among them <b>seven</b> pupils.
        <p>The school had been marked on its roof.<br>It stood next to a bakery, a witness said, which was damaged as well.
        <p><a href="x">More news</a></p><div hidden>secret</div></article>
        <p>Unrelated teaser</p><footer>© Paper</footer></body></html>"#;

    #[test]
    fn an_article_is_read_without_its_surroundings() {
        let page = read(PAGE);
        assert_eq!(page.title.as_deref(), Some("Strike on a school"));
        assert_eq!(page.published, ["2019-03-29T18:36:00+02:00", "2019-03-30"]);
        let lines: Vec<&str> = page.text.lines().collect();
        assert_eq!(lines[0], "Strike on a school");
        assert!(lines.iter().any(|line| line.starts_with("Two bombs fell on a school in the town’s centre")));
        assert!(lines.contains(&"The school had been marked on its roof."));
        for absent in ["Home", "Buy", "More news", "secret", "teaser", "Paper", "not text", "color"] {
            assert!(!page.text.contains(absent), "{absent}: {}", page.text);
        }
    }

    #[test]
    fn a_page_without_an_article_keeps_its_paragraphs() {
        let page = read("<p>One bomb fell.</p><ul><li>A list item that says something.</ul><p><a href=x>Next</a>");
        assert_eq!(page.text, "One bomb fell.\nA list item that says something.");
        assert_eq!(page.title, None);
    }

    #[test]
    fn hostile_markup_is_read_to_its_end() {
        let deep = format!("{}text{}", "<div>".repeat(5000), "</div>".repeat(5000));
        assert_eq!(read(&deep).text, "text");
        for html in
            ["<", "<p", "<script>", "<title>x", "</p></p>", "<a <b <c>", "&#x110000;&#0;&amp", "<!--", "<![CDATA["]
        {
            read(html);
        }
        assert_eq!(read("<p>a<script>never ends").text, "a");
        let json = format!("<script type=application/ld+json>{}</script>ok", "[".repeat(100_000));
        assert_eq!(read(&json).text, "ok");
    }
}
