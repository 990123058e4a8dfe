//! The OpenAPI document.

/// Set `UPDATE=1` to write the file anew.
#[test]
fn the_openapi_document_is_the_committed_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let (_, document) = jiebang_server::api();
    let json = format!("{}\n", document.to_pretty_json().unwrap());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &json).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == json,
        "the API differs from openapi.json: run the tests with UPDATE=1 and commit the file"
    );
}
