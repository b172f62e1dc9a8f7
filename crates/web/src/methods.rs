//! What answers each method of a route, by handlers of any shape as one type.
//!
//! Built from them directly, a router is compiled anew for each of its handlers; there are some four hundred.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{self, MethodRouter};

use crate::Service;

/// What a handler of axum's returns.
type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler, whatever it takes from a request.
#[derive(Clone)]
struct Answers(Arc<dyn Fn(Request, Arc<Service>) -> Answering + Send + Sync>);

impl Handler<(), Arc<Service>> for Answers {
    type Future = Answering;

    fn call(self, request: Request, service: Arc<Service>) -> Answering {
        (self.0)(request, service)
    }
}

fn erased<T>(handler: impl Handler<T, Arc<Service>, Future = Answering>) -> Answers {
    Answers(Arc::new(move |request, service| handler.clone().call(request, service)))
}

/// The methods of a route.
pub struct Methods(MethodRouter<Arc<Service>>);

/// `GET`, and so `HEAD`.
pub fn get<T>(handler: impl Handler<T, Arc<Service>, Future = Answering>) -> Methods {
    Methods(routing::get(erased(handler)))
}

/// `POST`.
pub fn post<T>(handler: impl Handler<T, Arc<Service>, Future = Answering>) -> Methods {
    Methods(routing::post(erased(handler)))
}

/// `PUT`.
pub fn put<T>(handler: impl Handler<T, Arc<Service>, Future = Answering>) -> Methods {
    Methods(routing::put(erased(handler)))
}

/// Whatever the method.
pub fn any<T>(handler: impl Handler<T, Arc<Service>, Future = Answering>) -> Methods {
    Methods(routing::any(erased(handler)))
}

impl Methods {
    /// `POST` besides.
    pub fn post<T>(self, handler: impl Handler<T, Arc<Service>, Future = Answering>) -> Self {
        Self(self.0.post(erased(handler)))
    }

    /// `PUT` besides.
    pub fn put<T>(self, handler: impl Handler<T, Arc<Service>, Future = Answering>) -> Self {
        Self(self.0.put(erased(handler)))
    }

    /// `DELETE` besides.
    pub fn delete<T>(self, handler: impl Handler<T, Arc<Service>, Future = Answering>) -> Self {
        Self(self.0.delete(erased(handler)))
    }
}

impl From<Methods> for MethodRouter<Arc<Service>> {
    fn from(methods: Methods) -> Self {
        methods.0
    }
}
