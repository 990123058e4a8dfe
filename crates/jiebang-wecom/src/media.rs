//! Temporary material (`media/upload`), kept by the platform for three days.

use jiebang_domain::time::Timestamp;
use serde::Deserialize;

use crate::api::Api;
use crate::client::Client;
use crate::error::CallError;
use crate::lenient;
use crate::transport::{Body, Request};

/// Smallest file the platform takes, in bytes.
const MIN_FILE: usize = 5;

/// What the file is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// ≤ 10 MB.
    Image,
    /// ≤ 20 MB.
    File,
}

impl MediaKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::File => "file",
        }
    }

    const fn max_bytes(self) -> usize {
        match self {
            Self::Image => 10 << 20,
            Self::File => 20 << 20,
        }
    }
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Media {
    #[serde(deserialize_with = "lenient::text")]
    pub media_id: String,
    /// The platform writes this number as text.
    #[serde(default, deserialize_with = "lenient::time")]
    pub created_at: Timestamp,
}

impl Client {
    /// Uploads a file.
    pub async fn upload_media(
        &self,
        kind: MediaKind,
        name: &str,
        content: Vec<u8>,
    ) -> Result<Media, CallError> {
        let api = Api::MediaUpload;
        if !(MIN_FILE..=kind.max_bytes()).contains(&content.len()) {
            let what = format!(
                "the file must have {MIN_FILE} to {} bytes",
                kind.max_bytes()
            );
            return Err(CallError::input(api, what));
        }
        if name.is_empty() || name.len() > 255 || name.chars().any(char::is_control) {
            return Err(CallError::input(
                api,
                "the file name must have 1 to 255 plain bytes",
            ));
        }
        let body = Body::File {
            name: name.to_owned(),
            content,
        };
        self.call(
            api,
            Request {
                query: vec![("type", kind.word().to_owned())],
                body,
            },
        )
        .await
    }
}
