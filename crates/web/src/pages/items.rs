//! The list of items: what came in, from whom as told, and what is withheld.

use std::collections::BTreeSet;

use maud::html;
use witnessmark_desk::facts::Item;
use witnessmark_model::ItemId;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{item_name, ltr, number, own, pager, time};
use crate::shell::Page;
use crate::words;

/// Items on one page.
const EACH: usize = 60;
/// Most items that a search in texts gives.
const FOUND: usize = 2_000;

/// Draws it.
pub(crate) fn list(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let (kind, wanted, unread) = (ask.get("kind"), ask.get("q").trim(), ask.get("unread") == "yes");
    let in_text: BTreeSet<ItemId> = match wanted {
        "" => BTreeSet::new(),
        words => room.archive.search(words, FOUND)?.into_iter().map(|hit| hit.item).collect(),
    };
    let lower = wanted.to_lowercase();
    let fits = |item: &&Item| {
        let named =
            item.names.iter().any(|n| n.to_lowercase().contains(&lower)) || item.id.to_string().starts_with(&lower);
        (kind.is_empty() || item.kind.as_str() == kind)
            && (!unread || !item.problems.is_empty())
            && (wanted.is_empty() || named || in_text.contains(&item.id))
    };
    let mut items: Vec<&Item> = room.case.items.values().filter(fits).collect();
    items.sort_by_cached_key(|item| (item.label(), item.id));
    let kinds: BTreeSet<&str> = room.case.items.values().map(|i| i.kind.as_str()).collect();
    let from = ask.number("from").min(items.len());
    let title = t.say("Items", "المواد");
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("What came in, byte for byte as it came. An item is not evidence of anything by itself.", "ما ورد كما ورد بايتاً بايتاً. والمادة وحدها ليست دليلاً على شيء.")) }
        form.filter method="get" action="/items" role="search" {
            div.field {
                label for="items-kind" { (t.say("Kind", "النوع")) }
                select #items-kind name="kind" {
                    option value="" { (t.say("all", "الكل")) }
                    @for k in &kinds { option value=(k) selected[*k == kind] { (words::kind(k, t)) } }
                }
            }
            div.field {
                label for="items-words" { (t.say("Words in the name or text", "كلمات في الاسم أو النص")) }
                input #items-words type="search" name="q" value=(wanted) dir="auto";
            }
            @if unread { input type="hidden" name="unread" value="yes"; }
            button type="submit" { (t.say("Show", "اعرض")) }
        }
        p.fine { (number(items.len())) " " (t.say("items", "مواد")) @if unread { " · " (t.say("with something that could not be read", "فيها ما تعذّرت قراءته")) } }
        div.table role="region" tabindex="0" aria-label=(title) {
            table {
                thead { tr {
                    th scope="col" { (t.say("name", "الاسم")) }
                    th scope="col" { (t.say("kind", "النوع")) }
                    th scope="col" { (t.say("from, as told", "المصدر كما ذُكر")) }
                    th scope="col" { (t.say("published, as stated", "النشر كما ذُكر")) }
                    th.number scope="col" { (t.say("claims", "الأقوال")) }
                } }
                tbody { @for item in items.iter().skip(from).take(EACH) {
                    tr {
                        th scope="row" {
                            (item_name(item))
                            @if item.subject.is_some() { " " span.tag { (t.say("sealed", "محجوب مشفّر")) } }
                            @if item.withdrawn.is_some() { " " span.tag.alert { (t.say("withdrawn", "مسحوب")) } }
                            @if item.graphic { " " span.tag.care { (t.say("graphic", "قاسية")) } }
                            @if !item.problems.is_empty() { " " span.tag { (t.say("not all could be read", "تعذّرت قراءة بعضها")) } }
                        }
                        td { (words::kind(item.kind.as_str(), t)) }
                        td { @if let Some(source) = &item.source { (own(source)) } @else { span.muted { (t.say("not stated", "غير مذكور")) } } }
                        td { @if let Some(at) = item.published() { (time(at)) } @else { span.muted { (t.say("not stated", "غير مذكور")) } } }
                        td.number { (ltr(room.case.claims_of(item.id).count().to_string())) }
                    }
                } }
            }
        }
        (pager(ask, items.len(), EACH, from))
    };
    Ok(Page::new(title, body))
}
