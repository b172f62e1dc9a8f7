//! Every route of the table is walked.

use anlanh_web::Route;

use crate::support::{Server, header, json};

#[tokio::test]
async fn every_route_answers_its_methods_and_refuses_the_others() {
    let server = Server::start().await;
    for route in Route::ALL.iter().copied() {
        let path = route.path().unwrap_or("/no/such/path");
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let request = server.client.request(method.parse().unwrap(), server.url(path));
            let response = request.send().await.unwrap();
            let methods = route.methods();
            let taken = methods
                .iter()
                .any(|taken| *taken == method || (*taken == "GET" && method == "HEAD"));
            let status = response.status().as_u16();
            match (route, taken) {
                (Route::Other | Route::TaxiiOther, _) => assert_eq!(status, 404, "{method} {path}"),
                // Whoever has no secret learns nothing of what stands behind a private link, and no log has what it has not.
                (route, true)
                    if route.path().is_some_and(|path| {
                        path.contains("/report") && path.contains("{receipt}")
                            || path.contains("{secret}")
                            || path.starts_with("/log/") && path.contains('{')
                    }) =>
                {
                    // A form without a file is none before its secret is looked up.
                    assert!([400, 404, 410, 422].contains(&status), "{method} {path}: {status}");
                }
                (_, true) => assert!(![404, 405, 500].contains(&status), "{method} {path}: {status}"),
                (_, false) => {
                    assert_eq!(status, 405, "{method} {path}");
                    let allow = header(&response, "allow");
                    assert!(
                        methods.iter().all(|method| allow.contains(method.as_str())),
                        "{path}: {allow}"
                    );
                }
            }
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
            ] {
                assert_eq!(header(&response, name), value, "{method} {path}");
            }
            let policy = header(&response, "content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{path}"
            );
            assert!(!policy.contains("unsafe"), "{path}");
            if !path.starts_with("/assets/") {
                assert_eq!(header(&response, "cache-control"), "no-store", "{method} {path}");
            }
            if status >= 400 {
                let kind = header(&response, "content-type");
                let is_page = ["/console", "/report", "/d/", "/o/", "/blocked", "/log/entries/"]
                    .iter()
                    .any(|under| path.starts_with(under));
                let expected = if route == Route::LogWitness && taken {
                    // Of C2SP tlog-witness, which knows no problem documents.
                    "text/plain; charset=utf-8"
                } else if path.starts_with("/taxii2/") {
                    "application/taxii+json;version=2.1"
                } else if is_page && taken {
                    "text/html; charset=utf-8"
                } else {
                    "application/problem+json"
                };
                assert_eq!(kind, expected, "{method} {path}");
            }
        }
        if route != Route::Other {
            let series = format!(r#"anlanh_http_requests_total{{route="{}",status="4xx"}}"#, route.name());
            assert!(server.metric(&series).await > 0, "{path} is counted under its own name");
        }
    }
}

#[test]
fn no_two_routes_are_counted_under_one_name() {
    let mut names: Vec<&str> = Route::ALL.iter().copied().map(Route::name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Route::ALL.len());
}

#[tokio::test]
async fn every_route_for_programs_is_described_and_no_other() {
    let server = Server::start().await;
    let description = json(server.get("/openapi.json").send().await.unwrap()).await;
    assert_eq!(description["openapi"], "3.1.0");
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            described.push((path.clone(), method.to_uppercase()));
            assert!(
                operation["summary"].is_string() && operation["operationId"].is_string(),
                "{method} {path}"
            );
        }
    }
    let mut expected: Vec<(String, String)> = Route::ALL
        .iter()
        .filter(|route| route.is_for_programs())
        .flat_map(|route| {
            // OpenAPI has no name for a parameter that takes the rest of a path.
            let path = route.path().unwrap().replace("{*", "{");
            let methods = route.methods().iter();
            methods.map(move |method| (path.clone(), method.to_string()))
        })
        .collect();
    described.sort();
    expected.sort();
    assert_eq!(described, expected);
    let text = description.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(
            description["components"]["schemas"][name].is_object(),
            "{name} is not described"
        );
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_refused_like_everything_else() {
    let server = Server::start().await;
    let session = server.session(anlanh_model::Role::Administrator).await;
    for route in Route::ALL {
        let Some(path) = route.path().filter(|path| path.contains('{')) else {
            continue;
        };
        let parts = path
            .split('/')
            .map(|part| if part.starts_with('{') { "%ff" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        for method in route.methods() {
            let request = server.client.request(method.clone(), server.url(&path));
            let answer = request.header("cookie", &session.cookie).send().await.unwrap();
            let kind = header(&answer, "content-type").to_owned();
            assert_eq!(answer.status().as_u16(), 404, "{method} {path}");
            let page = ["/console", "/d/", "/o/", "/blocked"]
                .iter()
                .any(|under| path.starts_with(under));
            let taxii = path.starts_with("/taxii2/");
            assert_eq!(kind.starts_with("text/html"), page, "{path}: {kind}");
            assert_eq!(kind.starts_with("application/taxii+json"), taxii, "{path}: {kind}");
            assert_eq!(kind == "application/problem+json", !page && !taxii, "{path}: {kind}");
        }
    }
    let description = json(server.get("/openapi.json").send().await.unwrap()).await;
    let mut asked = 0;
    for (path, operations) in description["paths"].as_object().unwrap() {
        for parameter in operations["get"]["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap();
                let answer = server.get(&format!("{path}?{name}=1&{name}=2")).send().await.unwrap();
                assert_eq!(answer.status().as_u16(), 400, "{path} {name}");
                assert_eq!(json(answer).await["code"], "bad-query", "{path} {name}");
                asked += 1;
            }
        }
    }
    assert!(asked > 10, "{asked}");
    let page = server.page("/console/queue?state=open&state=open", &session).await;
    assert_eq!(page.status().as_u16(), 400);
    assert!(header(&page, "content-type").starts_with("text/html"));
}

#[tokio::test]
async fn the_examples_of_the_description_are_true() {
    let server = Server::start().await;
    let description = crate::schema::Description(json(server.get("/openapi.json").send().await.unwrap()).await);
    let mut seen = 0;
    for (name, schema) in description.0["components"]["schemas"].as_object().unwrap() {
        if let Some(example) = schema.get("example") {
            assert_eq!(description.faults(schema, example), [""; 0], "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 3, "item, verdict and problem have examples");
    let item = description.0["components"]["schemas"]["Item"]["example"].to_string();
    let response = server
        .post("/v1/screen", "application/json", item)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 200);
}

#[tokio::test]
async fn health_tells_the_pack_in_force() {
    let server = Server::start().await;
    let health = json(server.get("/healthz").send().await.unwrap()).await;
    let pack = crate::pack::policy().screen_pack().clone();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["pack"]["digest"], pack.digest);
}
