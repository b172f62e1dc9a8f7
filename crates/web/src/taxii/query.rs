//! What the query of an address asks for, as the use cases take it.

use anlanh_app::intel::{Asked, Filter, MAX_FILTER_VALUES, MAX_PAGE, Versions};
use anlanh_model::Time;
use anlanh_stix::Timestamp;
use anlanh_stix::query::{self, BadParameter, PageToken, Resource};

// What is read is what a filter takes.
const _: () = assert!(query::MAX_VALUES == MAX_FILTER_VALUES);

/// What a query asks for, or the name of the parameter that is not understood.
pub fn read(text: &str, resource: Resource) -> Result<Asked, String> {
    let asked = query::read(text, resource).map_err(|BadParameter(name)| name)?;
    let first = Time::from_micros(i64::MIN);
    let added_after = asked.added_after.map_or(first, floor);
    let next = asked.next.map_or(first, |PageToken(micros)| Time::from_micros(micros));
    // A page may be shorter than was asked for.
    let limit = asked
        .limit
        .map_or(MAX_PAGE, |limit| u32::try_from(limit).unwrap_or(MAX_PAGE));
    Ok(Asked {
        filter: Filter {
            ids: asked.ids,
            kinds: asked.types,
            spec_versions: asked.spec_versions,
            versions: versions(asked.versions, resource),
            ..Filter::default()
        },
        after: added_after.max(next),
        limit: limit.min(MAX_PAGE),
    })
}

/// Which versions are meant; where nothing is said, the last ones, or all where it is about all.
fn versions(said: Option<query::Versions>, resource: Resource) -> Versions {
    match said {
        None => match resource {
            Resource::Objects | Resource::Object => Versions::Last,
            Resource::Versions | Resource::Delete => Versions::All,
        },
        Some(query::Versions::All) => Versions::All,
        Some(query::Versions::Some { first, last, exact }) if !first && last && exact.is_empty() => Versions::Last,
        Some(query::Versions::Some { first, last, exact }) => Versions::Some {
            first,
            last,
            exact: exact.into_iter().map(floor).collect(),
        },
    }
}

/// A moment to the microsecond. Nothing is added between two of them.
fn floor(at: Timestamp) -> Time {
    let micros = at.seconds.saturating_mul(1_000_000);
    Time::from_micros(micros.saturating_add(i64::from(at.nanos / 1_000)))
}

/// Where a page goes on, as clients see it.
pub fn next(after: Time) -> String {
    PageToken(after.as_micros()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(query: &str) -> Result<i64, String> {
        read(query, Resource::Objects).map(|asked| asked.after.as_micros())
    }

    #[test]
    fn reading_goes_on_after_the_later_of_two_moments() {
        assert_eq!(after("added_after=1970-01-01T00:00:01.000002Z"), Ok(1_000_002));
        assert_eq!(after("added_after=1970-01-01T00:00:01.0000029Z"), Ok(1_000_002));
        let next = next(Time::from_micros(3_000_000));
        assert_eq!(after(&format!("next={next}")), Ok(3_000_000));
        for (moment, expected) in [("1970-01-01T00:00:01Z", 3_000_000), ("1970-01-01T00:00:09Z", 9_000_000)] {
            assert_eq!(after(&format!("added_after={moment}&next={next}")), Ok(expected));
            assert_eq!(after(&format!("next={next}&added_after={moment}")), Ok(expected));
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let check = |query: &str, endpoint, expected: Result<(), &str>| {
            let read = read(query, endpoint).map(drop);
            assert_eq!(read, expected.map_err(str::to_owned), "{query}");
        };
        for bad in ["limit=0", "limit=-1", "limit=x", "limit=", "limit=1&limit=1"] {
            check(bad, Resource::Objects, Err("limit"));
        }
        check("added_after=yesterday", Resource::Objects, Err("added_after"));
        check("next=7", Resource::Objects, Err("next"));
        check("match[type]=a&match[type]=b", Resource::Objects, Err("match[type]"));
        check("match[type]=a,,b", Resource::Objects, Err("match[type]"));
        check("match[version]=newest", Resource::Objects, Err("match[version]"));
        check("match[colour]=red", Resource::Objects, Err("match[colour]"));
        check("match[id]=a", Resource::Object, Err("match[id]"));
        check("match[version]=all", Resource::Versions, Err("match[version]"));
        check("a=b&a=c", Resource::Objects, Ok(()));
        let many = |count: usize| format!("match%5Bid%5D={}", vec!["a"; count].join(","));
        check(&many(MAX_FILTER_VALUES), Resource::Objects, Ok(()));
        check(&many(MAX_FILTER_VALUES + 1), Resource::Objects, Err("match[id]"));
        let long = |bytes: usize| format!("match[type]={}", "a".repeat(bytes));
        check(&long(query::MAX_VALUE_BYTES), Resource::Objects, Ok(()));
        check(&long(query::MAX_VALUE_BYTES + 1), Resource::Objects, Err("match[type]"));
    }

    #[test]
    fn pages_are_as_long_as_asked_for_and_no_longer_than_they_may_be() {
        let limit = |query: &str| read(query, Resource::Objects).unwrap().limit;
        assert_eq!((limit("limit=1"), limit("limit=1000"), limit("")), (1, 1_000, 1_000));
        assert_eq!(
            (limit("limit=1001"), limit("limit=99999999999999999999999")),
            (1_000, 1_000)
        );
    }

    #[test]
    fn versions_are_the_last_ones_unless_others_are_asked_for() {
        let check = |query: &str, endpoint, expected: Versions| {
            assert_eq!(read(query, endpoint).unwrap().filter.versions, expected, "{query}");
        };
        check("", Resource::Objects, Versions::Last);
        check("", Resource::Object, Versions::Last);
        check("", Resource::Versions, Versions::All);
        check("", Resource::Delete, Versions::All);
        check("match[version]=last", Resource::Delete, Versions::Last);
        check("match[version]=first,all", Resource::Objects, Versions::All);
        let some = |first, last, exact| Versions::Some { first, last, exact };
        check("match[version]=first", Resource::Objects, some(true, false, Vec::new()));
        let at = Time::from_micros(1_500_000);
        check(
            "match[version]=last,1970-01-01T00:00:01.5Z",
            Resource::Objects,
            some(false, true, vec![at]),
        );
    }
}
