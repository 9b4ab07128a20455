//! [`Proxy`]: what the requests go through.

use super::SecretText;

/// A proxy, as a configuration names it.
///
/// ```
/// # fn example(proxy: &certwright::azure::Proxy) {
/// println!("through {}", proxy.url());
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    pub(super) scheme: ProxyScheme,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) credentials: Option<(String, SecretText)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProxyScheme {
    Http,
    Https,
}

impl Proxy {
    /// `http://host:port` or `https://host:port`, without user name and password.
    ///
    /// ```
    /// # fn example(proxy: &certwright::azure::Proxy) {
    /// assert_eq!(proxy.url(), "http://proxy.example.com:3128");
    /// # }
    /// ```
    pub fn url(&self) -> String {
        let scheme = match self.scheme {
            ProxyScheme::Http => "http",
            ProxyScheme::Https => "https",
        };
        format!("{scheme}://{}:{}", self.host, self.port)
    }

    /// The user name and the password, where the proxy wants them.
    ///
    /// ```
    /// # fn example(proxy: &certwright::azure::Proxy) {
    /// if let Some((username, _)) = proxy.credentials() {
    ///     println!("as {username}");
    /// }
    /// # }
    /// ```
    pub fn credentials(&self) -> Option<(&str, &str)> {
        let credentials = self.credentials.as_ref();
        credentials.map(|(name, password)| (name.as_str(), password.as_str()))
    }
}
