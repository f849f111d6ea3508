//! A static host on this machine: the built page in a subfolder, and hosts of studies that allow
//! other pages, or do not.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// A server that ends with the test's runtime.
pub struct Site {
    /// Its address, without a slash at the end.
    pub address: String,
}

pub fn project(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// Whatever answers on a port of this computer.
pub async fn serve(routes: Router) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Site { address }
}

/// The page, two folders deep, with the cases beside it.
pub async fn page() -> Site {
    page_with(Router::new()).await
}

/// The page, with some of its files replaced.
pub async fn page_with(routes: Router) -> Site {
    let dist = project("dist");
    assert!(
        dist.join("index.html").is_file(),
        "dist/ is not built: run cargo xtask build"
    );
    serve(
        routes
            .nest_service("/some/folder", ServeDir::new(dist))
            .nest_service("/studies", ServeDir::new(project("tests/cases"))),
    )
    .await
}

/// A host of studies elsewhere, which lets other pages read them or not.
pub async fn elsewhere(allows_others: bool) -> Site {
    let not_a_study =
        || async { ([(header::CONTENT_TYPE, "application/json")], "{\"a\": 1}").into_response() };
    let with_folds = |folds: &'static str| {
        let path = project("tests/cases/ids/study/study.json");
        let study = std::fs::read_to_string(path).expect("a case");
        let study = study.replace("\"folds\": 4", &format!("\"folds\": {folds}"));
        axum::routing::get(move || async { ([(header::CONTENT_TYPE, "application/json")], study) })
    };
    let json = |text: String| {
        axum::routing::get(move || async { ([(header::CONTENT_TYPE, "application/json")], text) })
    };
    let naming = |file: &str| {
        json(format!(
            "{{\"format\": \"universal-dimensions/1\", \"networks\": [{{\"name\": \"a\", \"layers\": [{{\"name\": \"x\", \"file\": \"{file}\"}}]}}]}}"
        ))
    };
    let later = json("{\"format\": \"universal-dimensions/2\"}".to_owned());
    let routes = Router::new()
        .route(
            "/studies/ids/study/page.json",
            json("<!doctype html>".to_owned()),
        )
        .route("/studies/ids/study/later.json", later)
        .route("/studies/ids/study/large.json", json(" ".repeat(5_000_000)))
        .route(
            "/studies/ids/study/script.json",
            naming("javascript:alert(1)"),
        )
        .route("/studies/ids/study/lacks.json", naming("lacking.npy"))
        .route("/other.json", axum::routing::get(not_a_study))
        .route("/studies/ids/study/ten.json", with_folds("10"))
        .route("/studies/ids/study/one.json", with_folds("1"))
        .nest_service("/studies", ServeDir::new(project("tests/cases")));
    if allows_others {
        let allow = HeaderValue::from_static("*");
        serve(routes.layer(SetResponseHeaderLayer::overriding(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            allow,
        )))
        .await
    } else {
        serve(routes).await
    }
}
