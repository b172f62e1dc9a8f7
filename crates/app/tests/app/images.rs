//! Pictures beside items, on both databases.

use anlanh_app::Error;
use anlanh_app::image::{self, ImageError, MAX_IMAGE_BYTES, MAX_IMAGES};
use anlanh_model::{Actor, AuditAction, Id, ImageFormat};
use anlanh_store::audit::{self, AuditFilter};
use anlanh_store::item::Item;

use crate::node::{BAIT, keep, machine, on_each};

/// A picture of this size, as far as anybody here looks.
fn gif(size: usize, filler: u8) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.resize(size, filler);
    bytes
}

#[test]
fn a_picture_is_kept_once_and_comes_back_byte_for_byte() {
    on_each(async |node| {
        let item: Id<Item> = keep(&node, BAIT).await["item"].as_str().unwrap().parse().unwrap();
        let hand_in = async |bytes: Vec<u8>| image::keep(&node.app, &machine(), item, ImageFormat::Gif, bytes).await;
        let largest = gif(MAX_IMAGE_BYTES, 0);
        let first = hand_in(largest.clone()).await.unwrap();
        assert_eq!((first.image.number, first.repeated), (1, false));
        let again = hand_in(largest.clone()).await.unwrap();
        assert_eq!((again.image, again.repeated), (first.image.clone(), true));
        let too_large = hand_in(gif(MAX_IMAGE_BYTES + 1, 0)).await;
        assert!(matches!(too_large, Err(Error::Image(ImageError::TooLarge))));
        let other = image::keep(&node.app, &machine(), item, ImageFormat::Png, gif(9, 1)).await;
        assert!(matches!(other, Err(Error::Image(ImageError::NotAsStated))));
        for number in 2..=MAX_IMAGES {
            let kept = hand_in(gif(100, u8::try_from(number).unwrap())).await.unwrap();
            assert_eq!(kept.image.number as usize, number);
        }
        let too_many = hand_in(gif(100, 99)).await;
        assert!(matches!(too_many, Err(Error::Image(ImageError::TooMany))));
        assert!(
            hand_in(largest.clone()).await.unwrap().repeated,
            "what is there is no more"
        );
        let lan = Actor::Person(node.person);
        let (shown, content) = image::show(&node.app, &lan, item, 1).await.unwrap();
        assert_eq!((shown, content), (first.image, largest));
        assert_eq!(image::list(&node.app, &lan, item).await.unwrap().len(), MAX_IMAGES);
        let log = node.app.store().read("log", move |tx| {
            let filter = AuditFilter::about("item", item.number());
            audit::page(tx, &filter, None, 50)
        });
        let log = log.await.map_err(|error: anlanh_store::Error| error).unwrap();
        assert!(log.iter().all(|entry| entry.action == AuditAction::KeepImage));
        assert_eq!(log.len(), MAX_IMAGES + 2, "each that came, and twice the same");
    });
}

#[test]
fn a_picture_of_nothing_is_refused() {
    on_each(async |node| {
        let nothing: Id<Item> = "06d4y1tgqz7v0".parse().unwrap();
        let kept = image::keep(&node.app, &machine(), nothing, ImageFormat::Gif, gif(9, 0)).await;
        assert!(matches!(kept, Err(Error::NotFound("item"))));
        let lan = Actor::Person(node.person);
        assert!(matches!(
            image::list(&node.app, &lan, nothing).await,
            Err(Error::NotFound("item"))
        ));
        assert!(matches!(
            image::show(&node.app, &lan, nothing, 1).await,
            Err(Error::NotFound("image"))
        ));
    });
}
