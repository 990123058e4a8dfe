//! The platform's addresses (section 1.3).

use serde::Deserialize;

use crate::api::Api;
use crate::client::Client;
use crate::error::CallError;
use crate::lenient;

#[derive(Deserialize)]
struct AddressesAnswer {
    #[serde(default, deserialize_with = "lenient::texts")]
    ip_list: Vec<String>,
}

impl Client {
    /// Where callbacks come from. Text, because wildcard forms occur; refresh daily.
    pub async fn callback_ips(&self) -> Result<Vec<String>, CallError> {
        Ok(self
            .get::<AddressesAnswer>(Api::CallbackIp, [])
            .await?
            .ip_list)
    }

    /// Where the API answers, for firewalls that filter outgoing traffic.
    pub async fn api_domain_ips(&self) -> Result<Vec<String>, CallError> {
        Ok(self
            .get::<AddressesAnswer>(Api::ApiDomainIp, [])
            .await?
            .ip_list)
    }
}
