//! Pictures: blurred for everybody who is let in, as they are only to whoever asked again, and never the bytes that came.

use crate::support::{Server, hidden, serve};

/// The page of the item that came under a name.
fn item(server: &Server, cookie: &str, name: &str) -> String {
    let list = server.get("/items", cookie).body;
    let before = list.split(&format!(">{name}<")).next().unwrap();
    let at = before.rsplit("href=\"/items/").next().unwrap().split('"').next().unwrap();
    format!("/items/{at}")
}

#[test]
fn a_picture_is_blurred_until_somebody_asks_again() {
    let server = serve();
    let cookie = server.enter();
    let at = item(&server, &cookie, "street.png");
    let page = server.get(&at, &cookie).body;
    assert!(
        page.contains(&format!("src=\"{at}/still.png\"")) && page.contains("Nobody has said that it is not graphic")
    );
    assert!(!page.contains("picture.png"), "no page but the one that asks names the picture as it is");
    let asking = server.get(&format!("{at}/look"), &cookie).body;
    assert!(asking.contains("Before you look") && !asking.contains("picture.png"));
    assert_eq!(server.get(&format!("{at}/picture.png"), &cookie).status, 404, "without leave there is nothing");
    assert_eq!(server.get(&format!("{at}/picture.png?look=guess"), &cookie).status, 404);
    let csrf = hidden(&asking, "csrf");
    assert_eq!(server.post(&format!("{at}/look"), &cookie, &[("csrf", "other")]).status, 403, "the form must be ours");
    let asked = server.post(&format!("{at}/look"), &cookie, &[("csrf", csrf.as_str())]);
    assert_eq!(asked.status, 303);
    let to = asked.header("location").to_owned();
    let shown = server.get(&to, &cookie).body;
    let word = to.split("look=").nth(1).unwrap().to_owned();
    assert!(shown.contains(&format!("src=\"{at}/picture.png?look={word}\"")), "{shown}");
    let picture = server.get(&format!("{at}/picture.png?look={word}"), &cookie);
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    // Another browser has the same token and no leave.
    let other = server.enter();
    assert_eq!(server.get(&format!("{at}/picture.png?look={word}"), &other).status, 404);
    assert!(!server.get(&to, &other).body.contains("picture.png"));
    let elsewhere = item(&server, &cookie, "graphic.jpg");
    assert_eq!(server.get(&format!("{elsewhere}/picture.png?look={word}"), &cookie).status, 404);
}

#[test]
fn a_picture_is_kept_by_no_browser_and_is_not_the_file() {
    let server = serve();
    let cookie = server.enter();
    let at = item(&server, &cookie, "street.png");
    let still = server.get(&format!("{at}/still.png"), &cookie);
    assert_eq!((still.status, still.header("content-type")), (200, "image/png"));
    assert_eq!(still.header("cache-control"), "no-store");
    assert!(still.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(still.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(server.get(&format!("{at}/still.png"), "").status, 403, "nobody without the token");
    // What is no picture has none, and a file that cannot be decoded has no picture on its page.
    let text = item(&server, &cookie, "arabic.txt");
    assert_eq!(server.get(&format!("{text}/still.png"), &cookie).status, 404);
    let broken = server.get(&item(&server, &cookie, "graphic.jpg"), &cookie).body;
    assert!(broken.contains("It could not be opened") && !broken.contains("<img"));
    assert_eq!(server.get(&format!("{at}/compare?with=zz"), &cookie).status, 404);
}

#[test]
fn two_stand_side_by_side_covered() {
    let server = serve();
    let cookie = server.enter();
    let at = item(&server, &cookie, "street.png");
    let id = at.rsplit('/').next().unwrap();
    let page = server.get(&format!("{at}/compare?with={id}"), &cookie);
    assert_eq!(page.status, 200);
    assert_eq!(page.body.matches("/still.png\"").count(), 2);
    let csrf = hidden(&page.body, "csrf");
    let asked = server.post(&format!("{at}/compare"), &cookie, &[("csrf", csrf.as_str()), ("with", id)]);
    assert_eq!(server.get(asked.header("location"), &cookie).body.matches("picture.png?look=").count(), 2);
}

#[test]
fn locking_takes_the_leave_away() {
    let server = serve();
    let cookie = server.enter();
    let at = item(&server, &cookie, "street.png");
    let csrf = hidden(&server.get(&format!("{at}/look"), &cookie).body, "csrf");
    let to = server.post(&format!("{at}/look"), &cookie, &[("csrf", csrf.as_str())]).header("location").to_owned();
    assert!(server.get(&to, &cookie).body.contains("picture.png"));
    let folder = server.root.join("derived");
    let pictures = std::fs::read_dir(folder).unwrap().filter(|f| {
        let name = f.as_ref().unwrap().file_name();
        !name.to_string_lossy().starts_with("tables.sqlite")
    });
    assert_eq!(pictures.count(), 0, "no picture is kept on the disk");
}
