//! Where the bytes of files are: sealed in pieces of one length, so that any part can be read by
//! itself, in a folder or in S3-compatible storage.

use std::ops::Range;
use std::path::Path as FsPath;
use std::sync::Arc;

use jiebang_domain::id::CorpId;
use jiebang_vault::archive::{BlobKey, Record};
use jiebang_vault::{Entropy, VaultError};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use crate::Error;
use crate::settings::{MediaStore, S3};

/// Bytes of a piece before it is sealed; the last one may be shorter.
pub(super) const PIECE: u64 = 256 << 10;
/// What an envelope adds to a piece: version, key id, nonce, tag.
const SEAL: u64 = 33;
/// Sealed bytes sent at a time: what S3 takes as a part at least is 5 MiB.
const PART: usize = 6 << 20;

/// The storage of sealed contents. Clones share it.
#[derive(Clone)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    /// Opens the storage; a folder is made if there is none.
    ///
    /// # Errors
    /// [`object_store::Error`] for a folder that cannot be used or settings that make no sense.
    pub fn open(place: &MediaStore) -> Result<Self, object_store::Error> {
        Ok(Self(match place {
            MediaStore::Folder(folder) => {
                make_private(folder)?;
                Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
            }
            MediaStore::S3(s3) => Arc::new(builder(s3).build()?),
        }))
    }

    /// Seals `pieces` (each of [`PIECE`] bytes but the last) and puts them at a place of their
    /// own. Returns the place.
    pub(super) async fn put(
        &self,
        corp: &CorpId,
        key: &BlobKey,
        name: &[u8],
        entropy: &Entropy,
        mut pieces: impl Iterator<Item = Result<Vec<u8>, Error>> + Send,
    ) -> Result<String, Error> {
        let hex = hex::encode(name);
        let place = format!(
            "{}/{hex}-{}",
            hex.get(..2).unwrap_or_default(),
            hex::encode(entropy.bytes::<6>())
        );
        let path = Path::from(place.as_str());
        let mut upload = self.0.put_multipart(&path).await.map_err(storage)?;
        let sent = async {
            let (mut part, mut index) = (Vec::with_capacity(PART), 0);
            let mut next = pieces.next().transpose()?;
            while let Some(piece) = next {
                next = pieces.next().transpose()?;
                let record = Record::Chunk {
                    corp: corp.as_str(),
                    blob: name,
                    index,
                    last: next.is_none(),
                };
                part.extend(key.seal(&record, &piece, entropy)?);
                index += 1;
                if part.len() >= PART || next.is_none() {
                    let payload = PutPayload::from(std::mem::take(&mut part));
                    upload.put_part(payload).await.map_err(storage)?;
                }
            }
            upload.complete().await.map_err(storage)?;
            Ok(place)
        };
        let sent = sent.await;
        if sent.is_err() {
            // What was sent is nothing to anybody; its key is not stored.
            let _ = upload.abort().await;
        }
        sent
    }

    /// The bytes of `range` of a content of `size` bytes.
    pub(super) async fn read(
        &self,
        corp: &CorpId,
        blob: &Blob,
        range: Range<u64>,
    ) -> Result<Vec<u8>, Error> {
        let last = blob.size.saturating_sub(1) / PIECE;
        let (from, to) = (range.start / PIECE, range.end.saturating_sub(1) / PIECE);
        let sealed = from * (PIECE + SEAL)..((to + 1) * (PIECE + SEAL)).min(sealed_size(blob.size));
        let path = Path::from(blob.place.as_str());
        let bytes = self.0.get_range(&path, sealed).await.map_err(storage)?;
        let mut opened = Vec::with_capacity(bytes.len());
        let piece = usize::try_from(PIECE + SEAL).unwrap_or(usize::MAX);
        for (index, envelope) in (from..).zip(bytes.chunks(piece)) {
            let record = Record::Chunk {
                corp: corp.as_str(),
                blob: &blob.name,
                index: u32::try_from(index).map_err(|_| VaultError::DoesNotOpen)?,
                last: index == last,
            };
            opened.extend_from_slice(&blob.key.open(&record, envelope)?);
        }
        let skip = usize::try_from(range.start - from * PIECE).unwrap_or(usize::MAX);
        let take = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
        Ok(opened.into_iter().skip(skip).take(take).collect())
    }

    /// Removes a content; one that is not there any more is no error.
    pub(super) async fn remove(&self, place: &str) -> Result<(), Error> {
        match self.0.delete(&Path::from(place)).await {
            Ok(()) => Ok(()),
            // Without its bucket nothing is known of a content.
            Err(object_store::Error::NotFound { source, .. })
                if !source.to_string().contains("NoSuchBucket") =>
            {
                Ok(())
            }
            Err(error) => Err(storage(error)),
        }
    }
}

/// A content, and the key that opens it.
pub(super) struct Blob {
    pub name: Vec<u8>,
    pub key: BlobKey,
    /// Bytes of the content.
    pub size: u64,
    pub place: String,
}

/// Bytes in the storage of a content of `size` bytes. One of none is an empty piece.
const fn sealed_size(size: u64) -> u64 {
    let pieces = if size == 0 { 1 } else { size.div_ceil(PIECE) };
    size + pieces * SEAL
}

fn storage(error: object_store::Error) -> Error {
    Error::Storage(Box::new(error))
}

fn make_private(folder: &FsPath) -> Result<(), object_store::Error> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|error| object_store::Error::Generic {
        store: "folder",
        source: Box::new(error),
    })
}

fn builder(s3: &S3) -> AmazonS3Builder {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&s3.bucket)
        .with_region(&s3.region)
        .with_access_key_id(&s3.access_key)
        .with_secret_access_key(s3.secret_key.expose())
        .with_virtual_hosted_style_request(!s3.path_style)
        // Contents go one by one, and not every provider takes lists.
        .with_disable_bulk_delete(true);
    if let Some(endpoint) = &s3.endpoint {
        let endpoint = if s3.path_style {
            endpoint.clone()
        } else {
            with_bucket(endpoint, &s3.bucket)
        };
        // Plain http is for storage on the same machine or network, as the operator says.
        let is_plain = endpoint.starts_with("http://");
        builder = builder.with_endpoint(endpoint).with_allow_http(is_plain);
    }
    builder
}

/// The address of a bucket that stands in the host's name.
fn with_bucket(endpoint: &str, bucket: &str) -> String {
    let endpoint = endpoint.trim_end_matches('/');
    let (scheme, host) = endpoint.split_once("://").unwrap_or(("https", endpoint));
    let is_there = host
        .strip_prefix(bucket)
        .is_some_and(|rest| rest.starts_with('.'));
    if is_there {
        endpoint.to_owned()
    } else {
        format!("{scheme}://{bucket}.{host}")
    }
}

#[cfg(test)]
mod tests {
    use super::with_bucket;

    #[test]
    fn a_bucket_stands_once_in_the_hosts_name() {
        for endpoint in ["https://oss.example.com", "https://files.oss.example.com/"] {
            let address = with_bucket(endpoint, "files");
            assert_eq!(address, "https://files.oss.example.com");
        }
        let other = with_bucket("http://filesystem.example.com:9000", "files");
        assert_eq!(other, "http://files.filesystem.example.com:9000");
    }
}
