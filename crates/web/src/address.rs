//! What an address says, in its path and its query. What cannot be read is refused as everything else is: by a problem
//! document, or on a page where a page was asked for.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path as AnyPath, Query as AnyQuery};
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::desk::Visitor;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::{Service, edge, taxii};

/// The variable parts of a path.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

/// The parameters of a query.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Service>> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Response> {
        match AnyPath::from_request_parts(parts, service).await {
            Ok(AnyPath(read)) => Ok(Self(read)),
            // What is no text names nothing.
            Err(_) => Err(refuse(parts, Problem::NotFound)),
        }
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Service>> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Response> {
        match AnyQuery::from_request_parts(parts, service).await {
            Ok(AnyQuery(read)) => Ok(Self(read)),
            Err(_) => Err(refuse(parts, Problem::Refused(Refusal::bad_address()))),
        }
    }
}

fn refuse(parts: &Parts, problem: Problem) -> Response {
    let path = parts.uri.path();
    if ["/console", "/d/", "/o/", "/blocked"]
        .iter()
        .any(|under| path.starts_with(under))
    {
        return Visitor::of(parts).answer(Err(problem));
    }
    if path.starts_with(taxii::UNDER) {
        return taxii::refuse(&parts.headers, problem);
    }
    problem.respond(edge::language(&parts.headers))
}
