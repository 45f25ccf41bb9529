//! Pictures to look at, made when somebody asks: the outside bytes are decoded in the sandboxed child, which gives back bare
//! pixels, and this process writes the PNG anew. So no byte that came from outside reaches a browser or a page of paper.
//!
//! Two looks: *veiled*, which is gray, blurred and small, and *shown*, which is the picture as it is, in colour and at most
//! [`SHOWN_SIDE`] pixels a side. It deliberately keeps nothing on any disk, open or sealed: there is nothing to delete when an
//! archive is locked but memory. What is no JPEG, no PNG and no film it refuses by its type, and it judges no picture: whether one is
//! graphic somebody has to say ([`care`]).
//!
//! Of a film one frame is shown, which ffmpeg decodes, confined; where there is no ffmpeg, none.

use std::cell::OnceCell;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as B64;
use serde_json::json;
use witnessmark_analyze::media::{self, raster};
use witnessmark_analyze::{Input, Manifest, Row, Trusted};

use crate::analyze::Reading;
use crate::analyzers::ANALYZERS;
use crate::facts::Item;
use crate::films::{Ffmpeg, FilmError};
use crate::heif::{self, Heif};
use crate::sandbox::external::{External, Source};
use crate::sandbox::{Analyzer, Job, Sandbox, SandboxError, Setup};

/// Longest side of a picture that is shown as it is, in pixels: enough to read a sign, and an answer of 10 MB at most.
pub const SHOWN_SIDE: u32 = 1600;
/// Bytes of the largest file that is opened for looking.
pub const MOST_BYTES: u64 = 128 << 20;
/// Requests that wait for the child before the next asker waits too.
const WAITING: usize = 8;
/// Which frame of a film is shown, in milliseconds.
const FRAME_AT_MS: u64 = 1_000;
/// Types that are decoded.
const TYPES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff"];

const VEILED: Manifest = Manifest {
    name: "still-veiled",
    version: 1,
    reads: TYPES,
    says: &["pixels", "problem"],
    cannot_say: &["a blurred picture hides nobody: it spares the reader, it does not redact"],
};
const SHOWN: Manifest = Manifest {
    name: "still-shown",
    version: 1,
    reads: TYPES,
    says: &["pixels", "problem"],
    cannot_say: &["colours are not managed, and a smaller picture shows less than the original"],
};

/// Readers that leave nothing on record: they run when somebody looks.
pub const STILLS: &[Analyzer] =
    &[Analyzer { manifest: VEILED, read: veiled }, Analyzer { manifest: SHOWN, read: shown }];

const COUNT: usize = ANALYZERS.len() + STILLS.len();
/// All that the child can do: the analyzers whose rows are kept, and these.
pub static IN_CHILD: [Analyzer; COUNT] = joined();

const fn joined() -> [Analyzer; COUNT] {
    let mut all = [STILLS[0]; COUNT];
    let mut i = 0;
    while i < ANALYZERS.len() {
        all[i] = ANALYZERS[i];
        i += 1;
    }
    while i < COUNT {
        all[i] = STILLS[i - ANALYZERS.len()];
        i += 1;
    }
    all
}

fn veiled(input: &Input<'_>) -> Vec<Row> {
    let gray = media::thumbnail(input.bytes).and_then(|png| raster::gray(&png));
    answer(gray.map(|p| (p.width, p.height, p.pixels)))
}

fn shown(input: &Input<'_>) -> Vec<Row> {
    let colour = media::preview(input.bytes, SHOWN_SIDE).and_then(|png| raster::rgb(&png));
    answer(colour.map(|p| (p.width, p.height, p.pixels)))
}

fn answer(made: Result<(usize, usize, Vec<u8>), raster::RasterError>) -> Vec<Row> {
    vec![match made {
        Ok((width, height, pixels)) => {
            Row::new("pixels", json!({ "width": width, "height": height, "pixels": B64.encode(pixels) }))
        }
        Err(e) => Row::problem(e.to_string(), "pixels"),
    }]
}

/// How a picture is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Gray, blurred, small.
    Veiled,
    /// As it is.
    Shown,
}

impl Look {
    fn analyzer(self) -> &'static str {
        match self {
            Look::Veiled => VEILED.name,
            Look::Shown => SHOWN.name,
        }
    }

    /// Longest side in pixels, and bytes a pixel.
    fn limits(self) -> (usize, usize) {
        match self {
            Look::Veiled => (media::picture::THUMBNAIL_SIDE, 1),
            Look::Shown => (SHOWN_SIDE as usize, 3),
        }
    }
}

/// Bare pixels, row by row from the top; one byte each when veiled, red, green and blue when shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Bytes a pixel: 1 or 3.
    pub channels: u8,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What a picture shows is nobody's business in a log.
        write!(f, "Pixels({}x{}x{})", self.width, self.height, self.channels)
    }
}

/// Why there is nothing to look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StillError {
    /// Another type than those that are decoded.
    #[error("open a picture of type {0}: only JPEG, PNG, GIF, WebP, TIFF and films are opened for looking")]
    Type(String),
    /// Longer than [`MOST_BYTES`].
    #[error("open a picture of {0} bytes for looking: the limit is {MOST_BYTES}")]
    TooLarge(u64),
    /// The child could not decode it, or did not survive it.
    #[error("open the picture: {0}")]
    Unreadable(String),
    /// No child that is held well enough can be had here.
    #[error("open the picture: no closed-off process can be had ({0})")]
    NoChild(String),
}

/// Is it a film, of which a frame can be looked at where there is ffmpeg?
pub fn is_film(media_type: &str) -> bool {
    media::film::FILMS.contains(&media_type)
}

/// Is it a picture of a type that is decoded?
pub fn is_picture(media_type: &str) -> bool {
    TYPES.contains(&media_type) || heif::is_one(media_type)
}

/// What somebody said of how hard a picture is to look at. Nobody having said anything is not the same as its being harmless,
/// and is treated as the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Somebody said that it is graphic.
    Graphic,
    /// Nobody said anything.
    Unknown,
    /// Somebody said that it is not graphic.
    Spoken,
}

/// Words by which a sheet says that a picture is not graphic.
const NOT_GRAPHIC: &[&str] = &["not graphic", "non-graphic", "no graphic content", "غير قاسية", "ليست قاسية"];

/// What was said of an item, by whoever gave it: its note, in the sheet that it came with.
pub fn care(item: &Item) -> Care {
    let note = item.told.note.as_deref().unwrap_or_default().to_lowercase();
    let says_not = NOT_GRAPHIC.iter().any(|words| note.contains(words));
    let in_name = item.names.iter().any(|name| name.to_lowercase().contains("graphic"));
    if says_not && !in_name {
        Care::Spoken
    } else if item.graphic {
        Care::Graphic
    } else {
        Care::Unknown
    }
}

struct Wanted {
    look: Look,
    media_type: String,
    bytes: Vec<u8>,
    /// Sealed material shares a child with nothing else.
    alone: bool,
    reply: SyncSender<Result<Pixels, StillError>>,
}

/// Makes pictures, one after another, in a child of a thread of its own. Dropping it ends both.
#[derive(Clone)]
pub struct Stills {
    wanted: SyncSender<Wanted>,
}

impl std::fmt::Debug for Stills {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stills")
    }
}

impl Stills {
    /// By children of the given program; the first is started when the first picture is asked for.
    pub fn new(reading: &Reading) -> Self {
        let setup = Arc::new(Setup {
            command: reading.command.clone(),
            analyzers: STILLS,
            limits: reading.limits.clone(),
            policy: reading.policy,
            places: Vec::new(),
            trusted: Trusted::default(),
        });
        let mut sandbox = Sandbox::new(Arc::clone(&setup));
        let external = External { command: reading.confined.clone(), policy: reading.policy };
        let (ffmpeg, decoder, heif_external) = (OnceCell::new(), OnceCell::new(), external.clone());
        Self::made_by(move |look, media_type, bytes, alone| match alone {
            _ if is_film(media_type) => {
                let found = ffmpeg.get_or_init(|| Ffmpeg::installed(&external).ok().flatten());
                let ffmpeg = found.as_ref().ok_or_else(|| StillError::NoChild("ffmpeg is not here".into()))?;
                frame(ffmpeg, look, bytes)
            }
            _ if heif::is_one(media_type) => {
                let found = decoder.get_or_init(|| Heif::installed(&heif_external).ok().flatten());
                let decoder = found.as_ref().ok_or_else(|| StillError::NoChild("heif-convert is not here".into()))?;
                let png = decoder.png(Source::Bytes(bytes), &[]).map_err(|e| StillError::Unreadable(e.to_string()))?;
                // What a program of others wrote is opened in a child of its own.
                ask(&mut Sandbox::new(Arc::clone(&setup)), look, "image/png", &png)
            }
            true => ask(&mut Sandbox::new(Arc::clone(&setup)), look, media_type, bytes),
            false => ask(&mut sandbox, look, media_type, bytes),
        })
    }

    /// By anything; for tests. It is called on one thread, one picture at a time; the last argument says that the picture is
    /// sealed and shares a process with no other.
    pub fn made_by(
        mut make: impl FnMut(Look, &str, &[u8], bool) -> Result<Pixels, StillError> + Send + 'static,
    ) -> Self {
        let (wanted, asked) = sync_channel::<Wanted>(WAITING);
        std::thread::spawn(move || {
            for w in asked {
                // Whoever asked may have gone.
                let _ = w.reply.send(make(w.look, &w.media_type, &w.bytes, w.alone));
            }
        });
        Stills { wanted }
    }

    /// A picture from an item's bytes. Waits for it.
    pub fn make(&self, look: Look, media_type: &str, bytes: Vec<u8>, alone: bool) -> Result<Pixels, StillError> {
        if !is_picture(media_type) && !is_film(media_type) {
            return Err(StillError::Type(media_type.to_owned()));
        }
        if bytes.len() as u64 > MOST_BYTES {
            return Err(StillError::TooLarge(bytes.len() as u64));
        }
        let (reply, made) = sync_channel(1);
        let wanted = Wanted { look, media_type: media_type.to_owned(), bytes, alone, reply };
        let gone = || StillError::NoChild("its thread ended".into());
        self.wanted.send(wanted).map_err(|_| gone())?;
        let pixels = made.recv().map_err(|_| gone())??;
        fits(look, &pixels).then_some(pixels).ok_or_else(|| StillError::Unreadable("its answer cannot be read".into()))
    }
}

/// Is it what was asked for? Nothing that a child says is believed.
fn fits(look: Look, pixels: &Pixels) -> bool {
    let (side, channels) = look.limits();
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    (1..=side).contains(&width)
        && (1..=side).contains(&height)
        && usize::from(pixels.channels) == channels
        && pixels.bytes.len() == width * height * channels
}

fn ask(sandbox: &mut Sandbox, look: Look, media_type: &str, bytes: &[u8]) -> Result<Pixels, StillError> {
    let job = Job {
        analyzer: look.analyzer(),
        name: String::new(),
        media_type: media_type.to_owned(),
        published: None,
        bytes,
    };
    let outcome = sandbox.analyze(&job).map_err(|e| no_child(&e))?;
    let row = outcome.rows.into_iter().next().map(|row| row.body).unwrap_or_default();
    let number = |name: &str| row.get(name).and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let text = |name: &str| row.get(name).and_then(serde_json::Value::as_str);
    let pixels = text("pixels").and_then(|p| B64.decode(p).ok());
    match (number("width"), number("height"), pixels) {
        (Some(width), Some(height), Some(bytes)) => {
            Ok(Pixels { width, height, channels: look.limits().1 as u8, bytes })
        }
        _ => Err(StillError::Unreadable(text("what").unwrap_or("nothing came back").to_owned())),
    }
}

/// A frame of a film: from its second second, or where it is shorter its first.
fn frame(ffmpeg: &Ffmpeg, look: Look, bytes: &[u8]) -> Result<Pixels, StillError> {
    let (side, channels) = look.limits();
    let take = |at_ms| ffmpeg.still(Source::Bytes(bytes), at_ms, side as u32, look == Look::Veiled, &[]);
    match take(FRAME_AT_MS).or_else(|_| take(0)) {
        Ok((width, height, bytes)) => Ok(Pixels { width, height, channels: channels as u8, bytes }),
        Err(FilmError::Unread(why)) => Err(StillError::Unreadable(why)),
        Err(FilmError::NoProcess(error)) => Err(StillError::NoChild(error.to_string())),
    }
}

fn no_child(error: &SandboxError) -> StillError {
    StillError::NoChild(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray(width: u32, height: u32) -> Pixels {
        Pixels { width, height, channels: 1, bytes: vec![9; (width * height) as usize] }
    }

    #[test]
    fn only_pictures_are_sent_and_only_what_fits_comes_back() {
        let stills = Stills::made_by(|look, _, bytes, _| match (look, bytes) {
            (Look::Veiled, b"good") => Ok(gray(4, 2)),
            (Look::Veiled, b"wide") => Ok(gray(4000, 1)),
            (Look::Veiled, b"short") => Ok(Pixels { bytes: vec![0; 7], ..gray(4, 2) }),
            (Look::Shown, b"gray") => Ok(gray(4, 2)),
            _ => Err(StillError::Unreadable("no".into())),
        });
        assert_eq!(stills.make(Look::Veiled, "image/png", b"good".to_vec(), false), Ok(gray(4, 2)));
        for (look, bytes) in [(Look::Veiled, "wide"), (Look::Veiled, "short"), (Look::Shown, "gray")] {
            let made = stills.make(look, "image/png", bytes.into(), false);
            assert!(matches!(made, Err(StillError::Unreadable(_))), "{bytes}");
        }
        let typed = stills.make(Look::Veiled, "image/svg+xml", b"good".to_vec(), false);
        assert_eq!(typed, Err(StillError::Type("image/svg+xml".into())));
    }

    #[test]
    fn the_readers_say_pixels_or_a_problem() {
        let gazetteer = witnessmark_analyze::place::Gazetteer::embedded();
        let input = Input {
            bytes: b"\xff\xd8\xff no",
            media_type: "image/jpeg",
            name: "",
            published: None,
            gazetteer,
            trusted: witnessmark_analyze::Trusted::NOBODY,
            decoded: None,
        };
        for reader in STILLS {
            let rows = (reader.read)(&input);
            assert_eq!(rows.len(), 1);
            assert_eq!(rows[0].kind, "problem");
            assert!(reader.manifest.says.contains(&"problem") && !reader.manifest.cannot_say.is_empty());
        }
        assert_eq!(IN_CHILD.len(), ANALYZERS.len() + 2);
        assert!(ANALYZERS.iter().all(|a| STILLS.iter().all(|s| s.manifest.name != a.manifest.name)));
    }
}
