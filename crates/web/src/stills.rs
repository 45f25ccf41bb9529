//! Pictures for pages: a gray, blurred one to anybody who is let in; the picture as it is only to the browser that asked again,
//! for a few minutes, by a word that nobody can guess.
//!
//! Bytes are read while the archive is at hand and decoded after it was let go, in the closed-off child. What is kept is kept in
//! memory: blurred pictures of open items, within a limit; of sealed items, and of any picture as it is, nothing. Deliberately
//! without a file, and without a page: [`crate::pages::look`] draws those.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use witnessmark_desk::stills::{Look, MOST_BYTES, Pixels, StillError, Stills, is_film, is_picture};
use witnessmark_model::ItemId;
use witnessmark_report::picture::png_of;

use crate::app::App;
use crate::ask::Ask;
use crate::error::{Oops, Result};

/// How long a picture may be looked at as it is, before one has to ask again.
const GRANT_TIME: Duration = Duration::from_secs(10 * 60);
/// Grants at once; the oldest gives way.
const GRANTS: usize = 64;
/// Bytes of blurred pictures that are kept.
const SHELF_BYTES: usize = 32 << 20;
/// Sides of what is drawn where a picture cannot be opened.
const CROSS: (u32, u32) = (240, 160);

/// Leave to look at some pictures as they are.
#[derive(Debug, Clone)]
struct Grant {
    items: Vec<ItemId>,
    /// The form token of the session that asked: no other browser may use it.
    session: String,
    given: Instant,
}

/// What a server keeps of pictures. Dropping it forgets all of it.
#[derive(Debug)]
pub(crate) struct Darkroom {
    stills: Option<Stills>,
    shelf: BTreeMap<ItemId, (u64, Arc<[u8]>)>,
    shelved: usize,
    turn: u64,
    grants: BTreeMap<String, Grant>,
}

impl Darkroom {
    /// With what makes pictures; without it there are none to look at.
    pub(crate) fn new(stills: Option<Stills>) -> Self {
        Darkroom { stills, shelf: BTreeMap::new(), shelved: 0, turn: 0, grants: BTreeMap::new() }
    }

    /// Forgets every picture and every leave, and ends the child.
    pub(crate) fn close(&mut self) {
        *self = Darkroom::new(None);
    }

    /// Gives leave to look at `items`, by a word that `word` makes.
    pub(crate) fn grant(&mut self, items: Vec<ItemId>, session: &str, word: String) -> String {
        self.grants.retain(|_, g| g.given.elapsed() < GRANT_TIME);
        while self.grants.len() >= GRANTS {
            let oldest = self.grants.iter().min_by_key(|(_, g)| g.given).map(|(word, _)| word.clone());
            oldest.and_then(|word| self.grants.remove(&word));
        }
        let grant = Grant { items, session: session.to_owned(), given: Instant::now() };
        self.grants.insert(word.clone(), grant);
        word
    }

    /// Was leave given to this session to look at this item?
    pub(crate) fn may(&self, word: &str, session: &str, item: ItemId) -> bool {
        self.grants
            .get(word)
            .is_some_and(|g| g.session == session && g.items.contains(&item) && g.given.elapsed() < GRANT_TIME)
    }

    fn kept(&mut self, item: ItemId) -> Option<Arc<[u8]>> {
        self.turn += 1;
        let (turn, png) = self.shelf.get_mut(&item)?;
        *turn = self.turn;
        Some(Arc::clone(png))
    }

    fn keep(&mut self, item: ItemId, png: &Arc<[u8]>) {
        self.turn += 1;
        self.shelved += png.len();
        if let Some((_, old)) = self.shelf.insert(item, (self.turn, Arc::clone(png))) {
            self.shelved -= old.len();
        }
        while self.shelved > SHELF_BYTES {
            let Some(oldest) = self.shelf.iter().min_by_key(|(_, (turn, _))| *turn).map(|(item, _)| *item) else {
                break;
            };
            if let Some((_, png)) = self.shelf.remove(&oldest) {
                self.shelved -= png.len();
            }
        }
    }
}

/// What of an item is needed to make its picture.
struct Original {
    item: ItemId,
    media_type: String,
    bytes: Vec<u8>,
    is_sealed: bool,
}

/// The blurred picture of an item.
pub(crate) async fn veiled(State(app): State<Arc<App>>, ask: Ask) -> Response {
    respond(app, ask, Look::Veiled).await
}

/// The picture as it is, to whoever has leave.
pub(crate) async fn shown(State(app): State<Arc<App>>, ask: Ask) -> Response {
    respond(app, ask, Look::Shown).await
}

async fn respond(app: Arc<App>, ask: Ask, look: Look) -> Response {
    let made = tokio::task::spawn_blocking(move || picture(&app, &ask, look)).await;
    match made {
        Ok(Ok(png)) => image(&png, StatusCode::OK),
        // No words of ours could be seen here: the page around says what there is to say.
        Ok(Err(oops)) => oops.status().into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn image(png: &[u8], status: StatusCode) -> Response {
    let mut response = (status, [(CONTENT_TYPE, "image/png")], png.to_vec()).into_response();
    // Saved by mistake it should not carry the name of the page that it stood on.
    let name = HeaderName::from_static("content-disposition");
    response.headers_mut().insert(name, HeaderValue::from_static("inline; filename=\"still.png\""));
    response
}

fn picture(app: &App, ask: &Ask, look: Look) -> Result<Arc<[u8]>> {
    let id: ItemId = ask.id.parse().map_err(|_| Oops::NoSuch)?;
    if look == Look::Shown && !app.darkroom().may(ask.get("look"), &ask.csrf, id) {
        return Err(Oops::NoSuch);
    }
    let original = original(app, id, look)?;
    let original = match original {
        Found::Kept(png) => return Ok(png),
        Found::Original(original) => original,
    };
    let stills = app.darkroom().stills.clone();
    let Some(stills) = stills else { return Ok(cross().into()) };
    let (item, is_sealed) = (original.item, original.is_sealed);
    let made = stills.make(look, &original.media_type, original.bytes, is_sealed);
    let png: Arc<[u8]> = match made {
        Ok(Pixels { width, height, bytes, .. }) => png_of((width, height), &bytes).map_err(|_| Oops::NoSuch)?.into(),
        Err(error) => {
            tracing::info!(kind = kind(&error), "a picture was not opened");
            return Ok(cross().into());
        }
    };
    if look == Look::Veiled && !is_sealed {
        app.darkroom().keep(item, &png);
    }
    Ok(png)
}

/// Kind of failure, for a log: nothing of the picture itself.
fn kind(error: &StillError) -> &'static str {
    match error {
        StillError::Type(_) => "type",
        StillError::TooLarge(_) => "too large",
        StillError::Unreadable(_) => "unreadable",
        StillError::NoChild(_) => "no child",
    }
}

enum Found {
    Kept(Arc<[u8]>),
    Original(Original),
}

/// The bytes, if this session's archive can open them: a sealed item needs its key, an erased one has none.
fn original(app: &App, id: ItemId, look: Look) -> Result<Found> {
    app.read(|room| {
        let item = room.case.items.get(&id).ok_or(Oops::NoSuch)?;
        if !(is_picture(&item.media_type) || is_film(&item.media_type)) || item.size > MOST_BYTES {
            return Err(Oops::NoSuch);
        }
        if look == Look::Veiled
            && item.subject.is_none()
            && let Some(png) = app.darkroom().kept(id)
        {
            return Ok(Found::Kept(png));
        }
        let bytes = room.archive.read(id)?.to_vec();
        let media_type = item.media_type.clone();
        Ok(Found::Original(Original { item: id, media_type, bytes, is_sealed: item.subject.is_some() }))
    })
}

/// What stands where a picture cannot be opened: an empty frame, crossed.
fn cross() -> Vec<u8> {
    let (width, height) = CROSS;
    let is_line = |x: u32, y: u32| {
        let edge = x < 2 || y < 2 || x + 2 >= width || y + 2 >= height;
        let slope = x * height / width;
        edge || y.abs_diff(slope) < 2 || (height - 1 - y).abs_diff(slope) < 2
    };
    let pixels: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| if is_line(x, y) { 150 } else { 235 })
        .collect();
    png_of(CROSS, &pixels).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(n: u8) -> ItemId {
        ItemId([n; 32])
    }

    #[test]
    fn leave_is_for_one_session_and_for_what_it_names() {
        let mut room = Darkroom::new(None);
        let word = room.grant(vec![item(1)], "session", "word".into());
        assert!(room.may(&word, "session", item(1)));
        assert!(!room.may(&word, "other", item(1)) && !room.may(&word, "session", item(2)));
        assert!(!room.may("", "session", item(1)) && !room.may("wor", "session", item(1)));
        for n in 0..GRANTS {
            room.grant(vec![item(2)], "session", format!("later {n}"));
        }
        assert!(!room.may(&word, "session", item(1)), "the oldest gave way");
        assert_eq!(room.grants.len(), GRANTS);
        room.close();
        assert!(!room.may("later 63", "session", item(2)));
    }

    #[test]
    fn the_shelf_has_an_end() {
        let mut room = Darkroom::new(None);
        let large: Arc<[u8]> = vec![0; SHELF_BYTES / 3].into();
        for n in 0..3 {
            room.keep(item(n), &large);
        }
        assert!(room.kept(item(0)).is_some());
        room.keep(item(3), &large);
        assert!(room.kept(item(1)).is_none() && room.kept(item(0)).is_some() && room.kept(item(3)).is_some());
        assert!(room.shelved <= SHELF_BYTES);
    }

    #[test]
    fn an_empty_frame_is_a_picture() {
        assert!(cross().starts_with(b"\x89PNG"));
    }
}
