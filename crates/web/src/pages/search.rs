//! Search in texts and names, whichever way an Arabic word is written: alef, hamza, ta marbuta, diacritics and article make no
//! difference.

use maud::{Markup, html};
use witnessmark_desk::facts::Item;
use witnessmark_model::words::{query_terms, search_tokens};
use witnessmark_report::document::tame;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{item_name, number, own};
use crate::shell::Page;
use crate::words;

/// Items that are shown.
const FOUND: usize = 60;
/// Longest question.
const LONGEST: usize = 300;
/// Words before and after a found word.
const AROUND: usize = 14;
/// Words of a text that are looked through for a passage to show.
const LOOKED: usize = 20_000;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let asked: String = ask.get("q").chars().take(LONGEST).collect();
    let asked = asked.trim();
    let title = t.say("Search", "بحث");
    let terms = query_terms(asked);
    let hits = if terms.is_empty() { Vec::new() } else { room.archive.search(asked, FOUND)? };
    let mut items: Vec<&Item> = hits.iter().filter_map(|hit| room.case.items.get(&hit.item)).collect();
    let lower = asked.to_lowercase();
    let named = room
        .case
        .items
        .values()
        .filter(|i| !lower.is_empty() && i.names.iter().any(|n| n.to_lowercase().contains(&lower)));
    for item in named.take(FOUND) {
        if items.iter().all(|there| there.id != item.id) {
            items.push(item);
        }
    }
    let body = html! {
        h1 { (title) }
        form.filter method="get" action="/search" role="search" {
            div.field.wide {
                label for="search-words" { (t.say("Words, in any language", "كلمات بأي لغة")) }
                input #search-words type="search" name="q" value=(asked) dir="auto" maxlength=(LONGEST);
            }
            button type="submit" { (t.say("Search", "ابحث")) }
        }
        p.fine { a href="/similar" { (t.say("Search by picture instead", "ابحث بصورة بدلاً من ذلك")) } }
        @if !asked.is_empty() {
            p.fine role="status" { (number(items.len())) " " (t.say("items hold all these words", "مواد تحوي كل هذه الكلمات")) @if hits.len() == FOUND { " " (t.say("(the closest are shown)", "(يُعرض الأقرب)")) } }
            ol.hits { @for item in &items {
                li {
                    h2 { (item_name(item)) }
                    @if let Some(title) = &item.title { p { (own(title)) } }
                    (passage(item, &terms))
                    p.fine { (words::kind(item.kind.as_str(), t)) @if let Some(source) = &item.source { " · " (own(source)) } }
                }
            } }
        }
    };
    Ok(Page::new(title, body))
}

/// The words around the first that was asked for.
fn passage(item: &Item, terms: &[String]) -> Markup {
    let Some((_, text)) = &item.text else { return html! {} };
    let words: Vec<&str> = text.split_whitespace().take(LOOKED).collect();
    let hits = |word: &str| search_tokens(word).iter().any(|token| terms.contains(token));
    let Some(first) = words.iter().position(|w| hits(w)) else { return html! {} };
    let (from, to) = (first.saturating_sub(AROUND), (first + AROUND + 1).min(words.len()));
    html! {
        p.context dir="auto" {
            @if from > 0 { "… " }
            @for word in &words[from..to] { @if hits(word) { mark { (tame(word)) } } @else { (tame(word)) } " " }
            @if to < words.len() { "…" }
        }
    }
}
