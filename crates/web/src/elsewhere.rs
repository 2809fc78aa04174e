//! The trust's identity provider (`OpenID` Connect): code flow with PKCE, state and nonce.
//!
//! SOURCE: `OpenID` Connect Core 1.0; RFC 9700, *Best Current Practice for OAuth 2.0 Security*.

use evenly_store::flows::Flow;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _, reqwest,
};
use tokio::sync::Mutex;

/// How to reach the provider.
#[derive(Clone)]
pub struct Provider {
    /// Its name on the button: `NHSmail`, "the trust’s account".
    pub name: String,
    /// Its address as an issuer; `/.well-known/openid-configuration` lies under it.
    pub issuer: String,
    /// What Evenly is called there.
    pub client_id: String,
    /// The secret that proves it; none for a public client.
    pub client_secret: Option<String>,
}

/// The client's secret is never printed.
impl std::fmt::Debug for Provider {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Provider {{ issuer: {:?} }}", self.issuer)
    }
}

/// Sign-in at the provider.
pub struct Elsewhere {
    provider: Provider,
    metadata: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
}

/// Who the provider says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The account there.
    pub subject: String,
    /// Its e-mail address, where the provider has verified it.
    pub verified_email: Option<String>,
}

/// Why it did not work; said in the log, not on the page.
#[derive(Debug, thiserror::Error)]
pub enum ElsewhereError {
    /// An address that is none.
    #[error("the identity provider's settings cannot be used: {0}")]
    Settings(String),
    /// The provider does not answer, or answers with something else.
    #[error("the identity provider cannot be reached: {0}")]
    Unreachable(String),
    /// What came back proves nothing.
    #[error("the identity provider's answer was refused: {0}")]
    Refused(String),
}

/// How long the provider's own description is kept: keys change.
const KEPT: SignedDuration = SignedDuration::from_mins(15);
/// How long one may take to sign in there.
pub const FLOW_MINUTES: i64 = 10;

impl Elsewhere {
    /// Nothing is asked of the provider before somebody signs in.
    pub fn new(provider: Provider) -> Self {
        Self { provider, metadata: Mutex::new(None) }
    }

    /// Its name on the button.
    pub fn name(&self) -> &str {
        &self.provider.name
    }

    /// Where to send the browser, the state that must come back, and what to keep meanwhile.
    pub async fn begin(
        &self,
        back: &str,
        return_to: &str,
        now: Timestamp,
    ) -> Result<(String, String, Flow), ElsewhereError> {
        let metadata = self.metadata(now).await?;
        let client =
            CoreClient::from_provider_metadata(metadata, self.id(), self.secret()).set_redirect_uri(address(back)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let request =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        let (url, state, nonce) = request.add_scope(Scope::new("email".to_owned())).set_pkce_challenge(challenge).url();
        let flow = Flow {
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            return_to: return_to.to_owned(),
        };
        Ok((url.to_string(), state.secret().clone(), flow))
    }

    /// Trades the code that came back for who it is.
    pub async fn finish(
        &self,
        back: &str,
        code: &str,
        flow: &Flow,
        now: Timestamp,
    ) -> Result<Identity, ElsewhereError> {
        let metadata = self.metadata(now).await?;
        let client =
            CoreClient::from_provider_metadata(metadata, self.id(), self.secret()).set_redirect_uri(address(back)?);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| ElsewhereError::Settings(error.to_string()))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()));
        let refused = |error: &dyn std::fmt::Display| ElsewhereError::Refused(error.to_string());
        let answer = request.request_async(&http()?).await.map_err(|error| refused(&error))?;
        let token = answer.id_token().ok_or_else(|| refused(&"it holds no id token"))?;
        let nonce = Nonce::new(flow.nonce.clone());
        let claims = token.claims(&client.id_token_verifier(), &nonce).map_err(|error| refused(&error))?;
        let mut email = claims.email().filter(|_| claims.email_verified() == Some(true)).cloned();
        if email.is_none()
            && let Ok(request) = client.user_info(answer.access_token().clone(), Some(claims.subject().clone()))
        {
            // Many providers tell the address only when asked for it.
            let told: CoreUserInfoClaims = request.request_async(&http()?).await.map_err(|error| refused(&error))?;
            email = told.email().filter(|_| told.email_verified() == Some(true)).cloned();
        }
        Ok(Identity {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            verified_email: email.map(|email| email.to_string()),
        })
    }

    async fn metadata(&self, now: Timestamp) -> Result<CoreProviderMetadata, ElsewhereError> {
        let mut kept = self.metadata.lock().await;
        if let Some((at, metadata)) = kept.as_ref()
            && now.duration_since(*at) < KEPT
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.provider.issuer.clone())
            .map_err(|error| ElsewhereError::Settings(error.to_string()))?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &http()?)
            .await
            .map_err(|error| ElsewhereError::Unreachable(error.to_string()))?;
        *kept = Some((now, metadata.clone()));
        Ok(metadata)
    }

    fn id(&self) -> ClientId {
        ClientId::new(self.provider.client_id.clone())
    }

    fn secret(&self) -> Option<ClientSecret> {
        self.provider.client_secret.clone().map(ClientSecret::new)
    }
}

fn address(text: &str) -> Result<RedirectUrl, ElsewhereError> {
    RedirectUrl::new(text.to_owned()).map_err(|error| ElsewhereError::Settings(error.to_string()))
}

/// Redirects are not followed: the provider must not send us elsewhere.
fn http() -> Result<reqwest::Client, ElsewhereError> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(15))
        .build()
        .map_err(|error| ElsewhereError::Settings(error.to_string()))
}
