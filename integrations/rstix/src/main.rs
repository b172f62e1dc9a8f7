//! A node's TAXII server used by the client of `rstix`, as it is.

use std::time::Instant;

use futures::StreamExt as _;
use rstix::core::StixId;
use rstix::model::{ParseOptions, StixObject, deserialize_stix_object_from_value};
use rstix::taxii::{
    BasicAuth, BearerAuth, DeleteObjectFilter, ObjectByIdFilter, StatusState, TaxiiClient, TaxiiClientConfig,
    TaxiiEnvelope, TaxiiError, TaxiiFilter, VersionFilter, VersionsQueryFilter,
};
use serde_json::json;

/// Objects that are added.
const MANY: u32 = 10_000;
/// Objects of an envelope.
const AT_ONCE: u32 = 1_000;

fn indicator(number: u32, modified: &str) -> StixObject {
    let value = json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--00000000-0000-4000-8000-{number:012}"),
        "created": "2026-01-01T00:00:00.000Z", "modified": modified, "pattern_type": "stix",
        "indicator_types": ["malicious-activity"], "name": "Lừa đảo",
        "pattern": format!("[domain-name:value = 'n{number}.example.vn']"), "valid_from": "2026-01-01T00:00:00Z",
    });
    let (object, _) = deserialize_stix_object_from_value(value, &ParseOptions::default()).expect("an indicator");
    object
}

fn id(number: u32) -> StixId {
    StixId::parse(&format!("indicator--00000000-0000-4000-8000-{number:012}")).expect("an id")
}

fn told(what: &str, count: u32, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    println!("{what}: {count} in {seconds:.2} s, {:.0} a second", f64::from(count) / seconds);
}

#[tokio::main]
async fn main() -> Result<(), TaxiiError> {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().expect("arguments: address, token, id of a collection");
    let (address, token, collection) = (next(), next(), next());
    let config = || TaxiiClientConfig::new(&address).allow_insecure_http(true);
    let client = TaxiiClient::new(config().auth(BearerAuth::new(&token)))?;
    let nobody = TaxiiClient::new(config())?;
    assert!(nobody.discover().await.is_err(), "whoever shows no token is refused");
    let basic = TaxiiClient::new(config().auth(BasicAuth::new("rstix", &token)))?;
    let discovery = basic.discover().await?;
    let root = discovery.default_api_root().expect("a default root");
    let root = format!("{}{root}", address.trim_end_matches('/'));
    println!("discovery: {:?}, roots {:?}", discovery.title, discovery.api_roots);
    let api = client.api_root(&root).await?;
    println!("root: {:?}, at most {} bytes", api.versions, api.max_content_length);
    let found = client.collections(&root).await?;
    let one = client.collection(&root, &collection).await?;
    assert!(found.contains(&one) && one.can_read && one.can_write, "{one:?}");

    let begun = Instant::now();
    for from in (0..MANY).step_by(AT_ONCE as usize) {
        let objects = (from..from + AT_ONCE).map(|number| indicator(number, "2026-01-01T00:00:00.000Z"));
        let status = client.add_objects(&root, &collection, &TaxiiEnvelope::new(objects.collect())).await?;
        assert_eq!((status.status.clone(), status.success_count, status.failure_count), (StatusState::Complete, AT_ONCE, 0));
        let again = client.get_status(&root, &status.id).await?;
        assert_eq!(again, status);
    }
    told("added, durable when answered, with the status asked again", MANY, begun);

    let begun = Instant::now();
    let mut stream = client.objects_stream(&root, &collection, TaxiiFilter::new());
    let mut count = 0;
    while let Some(object) = stream.next().await {
        object?;
        count += 1;
    }
    assert_eq!(count, MANY, "each object once");
    told("read, page after page", count, begun);

    let begun = Instant::now();
    let mut stream = client.manifest_stream(&root, &collection, TaxiiFilter::new().limit(100));
    let mut count = 0;
    while let Some(entry) = stream.next().await {
        entry?;
        count += 1;
    }
    assert_eq!(count, MANY);
    told("manifest, 100 a page", count, begun);

    let newer = TaxiiEnvelope::new(vec![indicator(7, "2026-02-01T00:00:00.000Z")]);
    client.add_objects(&root, &collection, &newer).await?;
    let versions = client.object_versions(&root, &collection, &id(7), VersionsQueryFilter::new()).await?;
    assert_eq!(versions.value.versions, ["2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"]);
    let all = ObjectByIdFilter::new().version(VersionFilter::All);
    assert_eq!(client.get_object(&root, &collection, &id(7), all).await?.value.objects.len(), 2);
    let last = client.get_object(&root, &collection, &id(7), ObjectByIdFilter::new()).await?;
    assert_eq!(last.value.objects.len(), 1);
    let some = TaxiiFilter::new().object_id(id(1)).object_id(id(2)).object_type("indicator").spec_version("2.1");
    assert_eq!(client.objects(&root, &collection, some).await?.value.objects.len(), 2);
    let none = TaxiiFilter::new().object_type("malware");
    assert!(client.objects(&root, &collection, none).await?.value.objects.is_empty());
    client.delete_object(&root, &collection, &id(7), DeleteObjectFilter::default()).await?;
    assert!(client.get_object(&root, &collection, &id(7), ObjectByIdFilter::new()).await.is_err(), "it is gone");
    println!("versions, filters, deletion: as the client expects");
    println!("ok");
    Ok(())
}
