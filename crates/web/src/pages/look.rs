//! Looking at pictures: blurred until somebody asks again, one at a time or two side by side.
//!
//! Asking is a form that is sent, so that no link, no page that loads ahead and no walk over the pages ever brings a picture as
//! it is. Deliberately without the pictures themselves ([`crate::stills`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use witnessmark_desk::case::Case;
use witnessmark_desk::facts::Item;
use witnessmark_desk::report::Tongue;
use witnessmark_desk::stills::{Care, MOST_BYTES, care, is_film, is_picture};
use witnessmark_model::ItemId;

use super::alike::{self, Laid};
use crate::app::{App, Room};
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{item_link, item_name, ltr, notice, own, time, token};
use crate::shell::Page;

/// Can a picture of it be had?
pub(crate) fn has_still(item: &Item) -> bool {
    // What the hashing could not decode cannot be shown either.
    let picture = is_picture(&item.media_type) && (item.hash.is_some() || item.problems.is_empty());
    picture || (is_film(&item.media_type) && item.film.is_some() && item.size <= MOST_BYTES)
}

/// What a blurred picture is called, for who cannot see it.
fn alt(item: &Item, t: Tongue) -> String {
    format!("{}{}", t.say("Gray, blurred picture: ", "صورة رمادية مموّهة: "), item.label())
}

/// Why it is blurred.
fn why(item: &Item, t: Tongue) -> &'static str {
    match care(item) {
        Care::Graphic => t.say("Said to be graphic by whoever gave it.", "وصفها من قدّمها بأنها قاسية."),
        Care::Unknown => t.say("Nobody has said that it is not graphic.", "لم يقل أحد إنها غير قاسية."),
        Care::Spoken => t.say("Said not to be graphic by whoever gave it.", "قال من قدّمها إنها غير قاسية."),
    }
}

/// The blurred picture, with the way to look at it as it is; `small` where many stand together.
pub(crate) fn still(item: &Item, small: bool, t: Tongue) -> Markup {
    still_under(item, small, false, t)
}

/// [`still`]; `warned` where the page says already why it is blurred.
fn still_under(item: &Item, small: bool, warned: bool, t: Tongue) -> Markup {
    if !has_still(item) {
        return html! {};
    }
    html! {
        figure.still.small[small] {
            img src=(format!("{}/still.png", item_link(item.id))) alt=(alt(item, t)) loading="lazy" decoding="async";
            figcaption {
                @if small { (item_name(item)) }
                @if care(item) == Care::Graphic { span.tag.care { (t.say("graphic", "قاسية")) } " " }
                @if !small { p.fine { (t.say("Gray, blurred and small. ", "رمادية ومموّهة ومصغّرة. ")) @if !warned { (why(item, t)) } } }
                a.look href=(format!("{}/look", item_link(item.id))) {
                    @if small {
                        (t.say("Look", "انظر")) span.unseen { ": " (own(item.label())) }
                    } @else { (t.say("Look at it as it is", "انظر إليها كما هي")) }
                }
            }
        }
    }
}

/// Blurred pictures of items, in a row; what has none is left out.
pub(crate) fn stills<'a>(items: impl IntoIterator<Item = &'a Item>, most: usize, t: Tongue) -> Markup {
    let list: Vec<&Item> = items.into_iter().filter(|i| has_still(i)).collect();
    html! {
        @if !list.is_empty() {
            div.stills { @for item in list.iter().take(most) { (still(item, true, t)) } }
            @if list.len() > most { p.fine { (t.say("Further pictures: ", "صور أخرى: ")) (ltr((list.len() - most).to_string())) } }
        }
    }
}

fn picture_of<'a>(case: &'a Case, id: &str) -> Result<&'a Item> {
    let id: ItemId = id.parse().map_err(|_| Oops::NoSuch)?;
    case.items.get(&id).filter(|item| has_still(item)).ok_or(Oops::NoSuch)
}

/// One picture: blurred with the form that asks again, or as it is for whoever did.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let item = picture_of(room.case, &ask.id)?;
    let may = room.may_look(ask, item.id);
    let title = format!("{}: {}", t.say("Picture", "صورة"), item.label());
    let body = html! {
        p.crumbs { a href="/items" { (t.say("Items", "المواد")) } " · " (item_name(item)) }
        h1 { (t.say("Picture", "صورة")) ": " (own(item.label())) }
        @if may {
            (as_it_is(item, ask))
            p { a.button href=(format!("{}/look", item_link(item.id))) { (t.say("Cover it again", "غطّها من جديد")) } }
        } @else {
            (warning(&[item], t))
            (still_under(item, false, true, t))
            (ask_form(&format!("{}/look", item_link(item.id)), &[], t.say("Show it as it is", "اعرضها كما هي"), ask))
        }
    };
    Ok(Page::new(title, body))
}

/// Two pictures side by side.
pub(crate) fn compare(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let (one, other) = (picture_of(room.case, &ask.id)?, picture_of(room.case, ask.get("with"))?);
    let may = room.may_look(ask, one.id) && room.may_look(ask, other.id);
    let title = t.say("Two pictures side by side", "صورتان جنباً إلى جنب");
    let action = format!("{}/compare?with={}", item_link(one.id), other.id);
    let body = html! {
        p.crumbs { a href="/items" { (t.say("Items", "المواد")) } " · " (item_name(one)) " · " (item_name(other)) }
        h1 { (title) }
        p.lead { (t.say("What a machine takes for one picture, a person looks at before saying so. Look for what is cropped, turned, brightened or written over, and for what only one of them shows.", "ما تعدّه آلة صورة واحدة ينظر فيه إنسان قبل أن يقول ذلك. انظر إلى ما قُصّ أو أُدير أو غُيّرت إضاءته أو كُتب عليه، وإلى ما لا يظهر إلا في إحداهما.")) }
        (alike::section(room, one, other, &Laid { may, word: ask.get("look") }, t)?)
        @if !may { (warning(&[one, other], t)) }
        div.pair {
            @for item in [one, other] {
                div {
                    h2 { (item_name(item)) }
                    @if may { (as_it_is(item, ask)) } @else { (still_under(item, false, true, t)) }
                    (came(item, t))
                }
            }
        }
        @if may { p { a.button href=(action) { (t.say("Cover them again", "غطّهما من جديد")) } } }
        @else { (ask_form(&format!("{}/compare", item_link(one.id)), &[("with", &other.id.to_string())], t.say("Show both as they are", "اعرضهما كما هما"), ask)) }
    };
    Ok(Page::new(title, body))
}

fn as_it_is(item: &Item, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let source = format!("{}/picture.png?look={}", item_link(item.id), crate::shell::encode(ask.get("look")));
    let words = format!("{}{}", t.say("The picture as it is: ", "الصورة كما هي: "), item.label());
    html! {
        figure.still.bare {
            img src=(source) alt=(words);
            figcaption.fine {
                (t.say("Drawn anew from its pixels, without its metadata, at most 1600 pixels a side. The original stays as it came.", "أُعيد رسمها من بكسلاتها دون بياناتها الوصفية، بما لا يتجاوز 1600 بكسل للضلع. والأصل باقٍ كما ورد."))
            }
        }
    }
}

fn came(item: &Item, t: Tongue) -> Markup {
    html! {
        dl.facts {
            @if let Some(source) = &item.source { div { dt { (t.say("source", "المصدر")) } dd { (own(source)) } } }
            @if let Some(at) = item.published() { div { dt { (t.say("published", "نُشرت")) } dd { (time(at)) } } }
            div { dt { (t.say("came in", "وردت")) } dd { (time(&item.collected)) } }
            div { dt { (t.say("size", "الحجم")) } dd { (ltr(item.size.to_string())) " " (t.say("bytes", "بايت")) } }
        }
    }
}

fn warning(items: &[&Item], t: Tongue) -> Markup {
    let is_graphic = items.iter().any(|i| care(i) == Care::Graphic);
    let sealed = items.iter().any(|i| i.subject.is_some());
    notice(
        if is_graphic { "alert" } else { "limit" },
        &html! {
            p {
                strong { (t.say("Before you look. ", "قبل أن تنظر. ")) }
                @for reason in items.iter().map(|item| why(item, t)).collect::<BTreeSet<_>>() { (reason) " " }
                (t.say("It may show wounded or dead people, or somebody whom it puts at risk. Look only if your work needs it, and not alone if you can.", "قد تُظهر جرحى أو قتلى، أو شخصاً تعرّضه للخطر. لا تنظر إلا إذا احتاج عملك إلى ذلك، ولا تنظر وحدك إن أمكن."))
            }
            @if sealed { p { (t.say("It lies under a person's key: it is opened in memory for this screen and kept nowhere.", "تحت مفتاح شخص: تُفتح في الذاكرة لهذه الشاشة ولا تُحفظ في أي مكان.")) } }
        },
    )
}

fn ask_form(action: &str, fields: &[(&str, &str)], words: &str, ask: &Ask) -> Markup {
    html! {
        form.ask method="post" action=(action) {
            (token(ask))
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button type="submit" { (words) }
        }
    }
}

/// Gives leave to look at one, and goes on to it.
pub(crate) async fn ask_one(State(app): State<Arc<App>>, ask: Ask, _: Form) -> Response {
    let to = ask.id.parse::<ItemId>().ok().map(|item| {
        let word = app.grant(vec![item], &ask.csrf);
        format!("{}/look?look={word}", item_link(item))
    });
    go(&app, &ask, to)
}

/// Gives leave to look at two, and goes on to them.
pub(crate) async fn ask_two(State(app): State<Arc<App>>, ask: Ask, form: Form) -> Response {
    let items = ask.id.parse::<ItemId>().ok().zip(form.get("with").parse::<ItemId>().ok());
    let to = items.map(|(one, other)| {
        let word = app.grant(vec![one, other], &ask.csrf);
        format!("{}/compare?with={other}&look={word}", item_link(one))
    });
    go(&app, &ask, to)
}

fn go(app: &App, ask: &Ask, to: Option<String>) -> Response {
    match to {
        Some(to) => (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response(),
        None => crate::shell::failed(app, ask, &Oops::NoSuch, &app.reference()),
    }
}
