//! Pictures come in, and people see them only when they want to.

use anlanh_app::image::MAX_IMAGE_BYTES;
use anlanh_model::{Role, Scope};
use reqwest::Response;

use crate::browser::{browser, check_calm, check_contrast};
use crate::console::{account, open_cases};
use crate::schema::Description;
use crate::support::{Server, header, json};

/// One grey pixel, as a GIF.
pub const PIXEL: &[u8] =
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x80\x80\x80\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\
                       \x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

struct Desk {
    server: Server,
    case: String,
    item: String,
    writer: String,
    reader: String,
}

impl Desk {
    async fn open() -> Self {
        let server = Server::start().await;
        let case = open_cases(&server, &["Chị gửi mã OTP cho em"]).await.remove(0);
        let writer = server.token(&[Scope::ItemsWrite], None).await;
        let reader = server.token(&[Scope::ItemsRead], None).await;
        let items = json(server.call("GET", "/v1/items", &reader).send().await.unwrap()).await;
        let item = items["items"][0]["item"].as_str().unwrap().to_owned();
        Self {
            server,
            case,
            item,
            writer,
            reader,
        }
    }

    async fn hand_in(&self, kind: &str, bytes: Vec<u8>) -> Response {
        let path = format!("/v1/items/{}/images", self.item);
        let request = self
            .server
            .client
            .post(self.server.url(&path))
            .bearer_auth(&self.writer);
        request.header("content-type", kind).body(bytes).send().await.unwrap()
    }

    async fn refused(&self, kind: &str, bytes: Vec<u8>, status: u16, code: &str) {
        let answer = self.hand_in(kind, bytes).await;
        assert_eq!(answer.status().as_u16(), status, "{kind}");
        assert_eq!(json(answer).await["code"], code, "{kind}");
    }
}

fn with_head(head: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.resize(size, 0);
    bytes
}

#[tokio::test]
async fn each_format_is_kept_and_read_back_as_it_came() {
    let desk = Desk::open().await;
    let description = Description(json(desk.server.get("/openapi.json").send().await.unwrap()).await);
    let path = "/v1/items/{item}/images";
    for (number, (kind, head)) in (1..).zip([
        ("image/jpeg", b"\xff\xd8\xff\xe0".as_slice()),
        ("image/png", b"\x89PNG\r\n\x1a\n"),
        ("image/gif", b"GIF87a"),
        ("Image/WebP; q=1", b"RIFF\x04\0\0\0WEBPVP8 "),
    ]) {
        let bytes = with_head(head, 1000);
        let kept = desk.hand_in(kind, bytes.clone()).await;
        assert_eq!(kept.status().as_u16(), 201, "{kind}");
        let kept = json(kept).await;
        let schema = description.answer(path, "post", 201, "application/json");
        assert_eq!(description.faults(schema, &kept), [""; 0], "{kept}");
        assert_eq!((&kept["image"], &kept["bytes"]), (&number.into(), &1000.into()));
        let again = desk.hand_in(kind, bytes.clone()).await;
        assert_eq!(again.status().as_u16(), 200);
        assert_eq!(json(again).await, kept);
        let path = format!("/v1/items/{}/images/{number}", desk.item);
        let read = desk.server.call("GET", &path, &desk.reader).send().await.unwrap();
        assert_eq!(read.status().as_u16(), 200);
        assert!(kind.to_lowercase().starts_with(header(&read, "content-type")));
        assert_eq!(header(&read, "x-content-type-options"), "nosniff");
        assert_eq!(header(&read, "cache-control"), "no-store");
        assert_eq!(header(&read, "cross-origin-resource-policy"), "same-origin");
        assert!(header(&read, "content-disposition").starts_with("attachment; filename=\""));
        assert!(header(&read, "content-security-policy").contains("sandbox"));
        assert_eq!(read.bytes().await.unwrap(), bytes);
    }
    let path = format!("/v1/items/{}/images", desk.item);
    let list = json(desk.server.call("GET", &path, &desk.reader).send().await.unwrap()).await;
    let schema = description.answer("/v1/items/{item}/images", "get", 200, "application/json");
    assert_eq!(description.faults(schema, &list), [""; 0], "{list}");
    assert_eq!(list["images"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn what_is_no_picture_or_too_much_of_one_is_refused() {
    let desk = Desk::open().await;
    desk.refused("text/html", PIXEL.to_vec(), 415, "unsupported-media-type")
        .await;
    desk.refused("image/svg+xml", b"<svg/>".to_vec(), 415, "unsupported-media-type")
        .await;
    desk.refused("image/png", PIXEL.to_vec(), 422, "bad-image").await;
    desk.refused("image/png", b"<svg onload=alert(1)>".to_vec(), 422, "bad-image")
        .await;
    desk.refused("image/gif", Vec::new(), 422, "bad-image").await;
    let largest = with_head(b"GIF89a", MAX_IMAGE_BYTES);
    assert_eq!(desk.hand_in("image/gif", largest.clone()).await.status().as_u16(), 201);
    let one_more = with_head(&largest, MAX_IMAGE_BYTES + 1);
    desk.refused("image/gif", one_more, 413, "image-too-large").await;
    for number in 2..=8 {
        let bytes = with_head(PIXEL, 100 + number);
        assert_eq!(desk.hand_in("image/gif", bytes).await.status().as_u16(), 201);
    }
    desk.refused("image/gif", PIXEL.to_vec(), 409, "too-many-images").await;
    let path = format!("/v1/items/{}/images", desk.item);
    let request = desk
        .server
        .client
        .post(desk.server.url(&path))
        .bearer_auth(&desk.reader);
    let denied = request
        .header("content-type", "image/gif")
        .body(PIXEL)
        .send()
        .await
        .unwrap();
    assert_eq!(denied.status().as_u16(), 403);
    for nothing in ["9", "0", "x", "-1"] {
        let path = format!("/v1/items/{}/images/{nothing}", desk.item);
        let read = desk.server.call("GET", &path, &desk.reader).send().await.unwrap();
        assert_eq!(read.status().as_u16(), 404, "{nothing}");
    }
}

#[tokio::test]
async fn pages_show_pictures_to_those_who_may_see_them_alone() {
    let desk = Desk::open().await;
    assert_eq!(desk.hand_in("image/gif", PIXEL.to_vec()).await.status().as_u16(), 201);
    let address = format!("/console/items/{}/images/1", desk.item);
    let reviewer = desk.server.session(Role::Reviewer).await;
    for page in [
        format!("/console/cases/{}", desk.case),
        format!("/console/items/{}", desk.item),
    ] {
        let html = desk.server.page(&page, &reviewer).await.text().await.unwrap();
        assert!(
            html.contains(&format!("<img src=\"{address}\" alt=\"Ảnh 1\"")),
            "{page}"
        );
        assert!(html.contains("Xem rõ ảnh 1"), "{page}");
    }
    let picture = desk.server.page(&address, &reviewer).await;
    assert_eq!(picture.status().as_u16(), 200);
    assert_eq!(picture.bytes().await.unwrap(), PIXEL);
    let anonymous = desk.server.get(&address).send().await.unwrap();
    assert_eq!(anonymous.status().as_u16(), 303);
    let administrator = desk.server.session(Role::Administrator).await;
    assert_eq!(desk.server.page(&address, &administrator).await.status().as_u16(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_blurred_until_it_is_asked_for_and_grey_if_one_likes() {
    let Some(browser) = browser().await else { return };
    let desk = Desk::open().await;
    desk.hand_in("image/gif", PIXEL.to_vec()).await;
    account(&desk.server, "lan", Role::Reviewer).await;
    browser.resize(1280, 900).await;
    browser.sign_in(&desk.server, "lan").await;
    browser
        .open(&desk.server.url(&format!("/console/cases/{}", desk.case)))
        .await;
    browser
        .wait("document.querySelector('.picture img').naturalWidth === 1")
        .await;
    let filter = "getComputedStyle(document.querySelector('.picture img')).filter";
    assert_eq!(browser.value(filter).await, "blur(24px)");
    // By the keyboard: the box is reached and marked with the space bar.
    browser.value("document.querySelector('.picture input').focus()").await;
    browser.press(" ").await;
    browser.wait(&format!("{filter} === 'none'")).await;
    check_calm(&browser, "picture").await;
    check_contrast(&browser, "picture").await;
    browser.value("document.querySelector('[name=pictures]').click()").await;
    browser
        .wait("document.documentElement.dataset.pictures === 'grey'")
        .await;
    assert_eq!(browser.value(filter).await, "blur(24px) grayscale(1)", "covered again");
    browser.value("document.querySelector('.picture input').click()").await;
    browser.wait(&format!("{filter} === 'grayscale(1)'")).await;
    browser
        .open(&desk.server.url(&format!("/console/items/{}", desk.item)))
        .await;
    assert_eq!(
        browser.value(filter).await,
        "blur(24px) grayscale(1)",
        "it is remembered"
    );
    check_calm(&browser, "item").await;
    browser.picture("console-item").await;
}
