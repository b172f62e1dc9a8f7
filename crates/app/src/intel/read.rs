//! Reading collections.

use anlanh_model::{Actor, Permission, Time};
use anlanh_store::intel::{self, Filter, Head, ObjectRow, Page, Versions};
use anlanh_store::{Queries, Reader};

use super::CollectionView;
use super::access::{Access, Wish, find};
use crate::{App, Error, permit};

/// What is asked of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which versions of which objects; the clearance is that of whoever asks.
    pub filter: Filter,
    /// Those that were added after this moment.
    pub after: Time,
    /// At most so many.
    pub limit: u32,
}

/// Whether somebody may see which collections there are.
///
/// # Errors
/// When they may not.
pub fn may_look(actor: &Actor) -> Result<(), Error> {
    permit(actor, Permission::ReadCollections)
}

/// Every collection, by UUID.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn collections(app: &App, actor: &Actor) -> Result<Vec<CollectionView>, Error> {
    may_look(actor)?;
    let actor = actor.clone();
    app.store
        .read("intel.collections", move |tx| {
            let access = Access::of(tx, &actor)?;
            let rows = intel::collections(tx)?.into_iter();
            let mut views: Vec<CollectionView> = rows.map(|row| access.view(row)).collect();
            views.sort_by(|one, other| one.row.uuid.cmp(&other.row.uuid));
            Ok(views)
        })
        .await
}

/// The collection of this UUID or alias.
///
/// # Errors
/// When the one who asks may not, there is none, or the database is away.
pub async fn collection(app: &App, actor: &Actor, name: &str) -> Result<CollectionView, Error> {
    may_look(actor)?;
    let (actor, name) = (actor.clone(), name.to_owned());
    app.store
        .read("intel.collection", move |tx| {
            let access = Access::of(tx, &actor)?;
            let row = intel::find_collection(tx, &name)?.ok_or(Error::NotFound("collection"))?;
            Ok(access.view(row))
        })
        .await
}

/// A page of objects.
///
/// # Errors
/// When the one who asks may not, there is no such collection, or the database is away.
pub async fn page(app: &App, actor: &Actor, name: &str, asked: Asked) -> Result<Page<ObjectRow>, Error> {
    read(app, "intel.page", actor, name, asked, |tx, id, asked| {
        Ok(intel::page(tx, id, &asked.filter, asked.after, asked.limit)?)
    })
    .await
}

/// A page of what is there, without the objects.
///
/// # Errors
/// As [`page`].
pub async fn manifest(app: &App, actor: &Actor, name: &str, asked: Asked) -> Result<Page<Head>, Error> {
    read(app, "intel.manifest", actor, name, asked, |tx, id, asked| {
        Ok(intel::manifest(tx, id, &asked.filter, asked.after, asked.limit)?)
    })
    .await
}

/// A page of versions of one object.
///
/// # Errors
/// As [`page`], and when there is no such object.
pub async fn object(
    app: &App,
    actor: &Actor,
    name: &str,
    object: &str,
    asked: Asked,
) -> Result<Page<ObjectRow>, Error> {
    let asked = of_object(asked, object);
    read(app, "intel.object", actor, name, asked, |tx, id, asked| {
        let page = intel::page(tx, id, &asked.filter, asked.after, asked.limit)?;
        is_there(tx, id, asked, page)
    })
    .await
}

/// [`object`] without the object: which versions of it there are.
///
/// # Errors
/// As [`object`].
pub async fn versions(app: &App, actor: &Actor, name: &str, object: &str, asked: Asked) -> Result<Page<Head>, Error> {
    let asked = of_object(asked, object);
    read(app, "intel.versions", actor, name, asked, |tx, id, asked| {
        let page = intel::manifest(tx, id, &asked.filter, asked.after, asked.limit)?;
        is_there(tx, id, asked, page)
    })
    .await
}

fn of_object(mut asked: Asked, object: &str) -> Asked {
    asked.filter.ids = vec![object.to_owned()];
    asked
}

/// The page, unless there is no version of its object at all.
fn is_there<T>(
    tx: &mut dyn Queries,
    id: anlanh_model::Id<intel::Collection>,
    asked: &Asked,
    page: Page<T>,
) -> Result<Page<T>, Error> {
    let any = Filter {
        ids: asked.filter.ids.clone(),
        versions: Versions::All,
        clearance: asked.filter.clearance,
        ..Filter::default()
    };
    let first = Time::from_micros(i64::MIN);
    if page.rows.is_empty() && intel::manifest(tx, id, &any, first, 1)?.rows.is_empty() {
        return Err(Error::NotFound("object"));
    }
    Ok(page)
}

async fn read<T: Send + 'static>(
    app: &App,
    what: &'static str,
    actor: &Actor,
    name: &str,
    asked: Asked,
    ask: fn(&mut Reader<'_, '_>, anlanh_model::Id<intel::Collection>, &Asked) -> Result<T, Error>,
) -> Result<T, Error> {
    may_look(actor)?;
    let (actor, name) = (actor.clone(), name.to_owned());
    app.store
        .read(what, move |tx| {
            let access = Access::of(tx, &actor)?;
            let row = find(tx, &access, &name, Wish::Read)?;
            let mut asked = asked.clone();
            asked.filter.clearance = access.clearance;
            ask(tx, row.id, &asked)
        })
        .await
}
