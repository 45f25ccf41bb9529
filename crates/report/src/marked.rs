//! A text with what was read in it marked where it stands: for `extract --html`, so that a person sees at a glance whether the
//! right words were read.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Map, Value};

use crate::document::tame;

/// Colours by kind: legible on white and on black, and named in the legend.
const STYLE: &str = "body{font:1.05rem/1.9 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
mark{background:none;color:inherit;border-bottom:3px solid #888;padding-bottom:1px}\
mark[data-kind=attack]{border-color:#b3261e}mark[data-kind=attribution]{border-color:#5b6abf}mark[data-kind=place]{border-color:#2e7d32}\
mark[data-kind=time]{border-color:#b26a00}mark[data-kind=casualties]{border-color:#8e24aa}mark[data-kind=legal]{border-color:#00838f}\
table{border-collapse:collapse;width:100%;font-size:.9rem;margin-block-start:2rem}td,th{border-top:1px solid #ccc;padding:.3rem .5rem;text-align:start;vertical-align:top}\
.text{white-space:pre-wrap}code{font-size:.85em;overflow-wrap:anywhere}";

/// One page: the text with marks, then every object as a row.
pub fn page(name: &str, text: &str, objects: &[Map<String, Value>]) -> String {
    let direction = if text.chars().filter(|c| ('\u{600}'..='\u{6ff}').contains(c)).count() * 3 > text.chars().count() {
        "rtl"
    } else {
        "ltr"
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width";
                title { (tame(name)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { bdi { (tame(name)) } }
                p { "What a machine read here; nobody has reviewed it." }
                div.text dir=(direction) { (marked(text, objects)) }
                (table(objects))
            }
        }
    };
    page.into_string()
}

fn span(row: &Map<String, Value>) -> Option<(usize, usize)> {
    let pair = row.get("span")?.as_array()?;
    let (start, end) = (pair.first()?.as_u64()? as usize, pair.get(1)?.as_u64()? as usize);
    (start < end).then_some((start, end))
}

/// The innermost object at each stretch gives its mark; the others stand in the table.
fn marked(text: &str, objects: &[Map<String, Value>]) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    let mut inner: Vec<Option<usize>> = vec![None; chars.len()];
    let mut order: Vec<(usize, usize, usize)> =
        objects.iter().enumerate().filter_map(|(i, o)| span(o).map(|(s, e)| (s, e.min(chars.len()), i))).collect();
    order.sort_by_key(|(s, e, i)| (std::cmp::Reverse(e.saturating_sub(*s)), *i));
    for (start, end, i) in order {
        inner[start.min(chars.len())..end].fill(Some(i));
    }
    let mut runs: Vec<(Option<usize>, String)> = Vec::new();
    for (c, object) in chars.iter().zip(inner) {
        match runs.last_mut() {
            Some((last, run)) if *last == object => run.push(*c),
            _ => runs.push((object, c.to_string())),
        }
    }
    html! {
        @for (object, run) in &runs {
            @match object {
                Some(i) => mark data-kind=(word(&objects[*i], "kind")) title=(word(&objects[*i], "kind")) { (run) },
                None => (run),
            }
        }
    }
}

fn word<'a>(row: &'a Map<String, Value>, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn table(objects: &[Map<String, Value>]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "kind" } th scope="col" { "words" } th scope="col" { "fields" } th scope="col" { "rule" } } }
            tbody {
                @for row in objects {
                    tr {
                        td { (word(row, "kind")) " " small { (word(row, "id")) } }
                        td { bdi { (tame(word(row, "quote"))) } }
                        td { code { (row.get("fields").map(Value::to_string).unwrap_or_default()) } }
                        td { (word(row, "rule")) br; small { (word(row, "reason")) } }
                    }
                }
            }
        }
    }
}
