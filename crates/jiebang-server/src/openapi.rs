//! The OpenAPI document: what the routes declare, with what holds for all of them added here –
//! the right each operation asks for (`x-act`), the session, and the problem every one may
//! answer with.

use std::collections::BTreeSet;

use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr,
    ResponseBuilder, Schema,
};
use utoipa::{PartialSchema, ToSchema};

use crate::guard::{self, Gate};
use crate::problem::{self, FieldDetails, ProblemDetails};

/// What the document says before any route is added.
#[must_use]
pub fn base() -> OpenApi {
    let license = LicenseBuilder::new()
        .name("Apache-2.0")
        .identifier(Some("Apache-2.0"))
        .build();
    let info = InfoBuilder::new()
        .title("Jiebang")
        .version("1")
        .description(Some(
            "Handover of customers on WeCom. Times are Unix seconds. Lists are pages: give \
             `next_cursor` back as `cursor`. Everything but GET needs the header `X-CSRF-Token` \
             with the value from GET /session. POST takes an `Idempotency-Key`: repeated with the \
             same body, the first answer is given again.",
        ))
        .license(Some(license))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// Adds what holds for every operation. `prefix` is where the API is mounted.
#[must_use]
pub fn complete(mut document: OpenApi, prefix: &str) -> OpenApi {
    let paths: Vec<String> = document.paths.paths.keys().cloned().collect();
    for path in paths {
        let Some(item) = document.paths.paths.get_mut(&path) else {
            continue;
        };
        let template = path.strip_prefix(prefix).unwrap_or(&path).to_owned();
        for (method, operation) in operations(item) {
            complete_operation(operation, method, &template);
        }
    }
    let asked = schemas_of_requests(&document);
    let components = document.components.get_or_insert_default();
    for (name, schema) in [
        (ProblemDetails::name(), ProblemDetails::schema()),
        (FieldDetails::name(), FieldDetails::schema()),
    ] {
        components.schemas.insert(name.into_owned(), schema);
    }
    components.add_security_scheme(
        "session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::session::COOKIE))),
    );
    for (name, schema) in &mut components.schemas {
        if let Some(item) = name.strip_prefix("Page_") {
            name_items(schema, item);
        }
        if !asked.contains(name) {
            require_every_property(schema);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> Vec<(&'static str, &mut Operation)> {
    [
        ("GET", item.get.as_mut()),
        ("POST", item.post.as_mut()),
        ("PUT", item.put.as_mut()),
        ("PATCH", item.patch.as_mut()),
        ("DELETE", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
    .collect()
}

fn complete_operation(operation: &mut Operation, method: &str, template: &str) {
    let gate = guard::find(method, template).map_or(Gate::Public, |known| known.gate);
    let act = [("x-act", serde_json::Value::from(gate.name()))];
    operation
        .extensions
        .get_or_insert_default()
        .merge(Extensions::from_iter(act));
    if gate != Gate::Public {
        let none: [&str; 0] = [];
        operation.security = Some(vec![SecurityRequirement::new("session", none)]);
    }
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemDetails::name())))
        .build();
    let response = ResponseBuilder::new()
        .description("What was not done, and why")
        .content(problem::MEDIA_TYPE, problem)
        .build();
    let responses = &mut operation.responses.responses;
    for known in responses.values_mut() {
        if let RefOr::T(response) = known
            && response.description.is_empty()
        {
            "Done".clone_into(&mut response.description);
        }
    }
    responses.insert("default".to_owned(), RefOr::T(response));
}

/// Names of the schemas that requests are made of. Their optional fields may be left out; what
/// we answer always holds every field.
fn schemas_of_requests(document: &OpenApi) -> BTreeSet<String> {
    let json = serde_json::to_value(document).unwrap_or_default();
    let mut found = BTreeSet::new();
    let bodies = json["paths"].as_object().into_iter().flat_map(|paths| {
        paths
            .values()
            .filter_map(serde_json::Value::as_object)
            .flat_map(|item| item.values())
            .map(|operation| &operation["requestBody"])
    });
    let mut open: Vec<String> = bodies.flat_map(references).collect();
    while let Some(name) = open.pop() {
        let schema = &json["components"]["schemas"][&name];
        if found.insert(name) {
            open.extend(references(schema));
        }
    }
    found
}

/// Names of the schemas that `value` refers to.
fn references(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::Object(object) => object
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(target) if key == "$ref" => target
                    .rsplit('/')
                    .next()
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
                _ => references(value),
            })
            .collect(),
        serde_json::Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Generic schemas come with their argument written out; here it is named.
fn name_items(page: &mut RefOr<Schema>, item: &str) {
    let RefOr::T(Schema::Object(object)) = page else {
        return;
    };
    if let Some(RefOr::T(Schema::Array(items))) = object.properties.get_mut("items") {
        let item = RefOr::Ref(Ref::from_schema_name(item));
        items.items = ArrayItems::RefOrSchema(Box::new(item));
    }
}

fn require_every_property(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.required = object.properties.keys().cloned().collect();
        }
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().for_each(require_every_property),
        _ => {}
    }
}
