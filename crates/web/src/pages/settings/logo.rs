//! The organisation's logo: given to everybody, set by an administrator. A picture that can hold a script is not taken.

use axum::extract::{Multipart, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::settings::{self, Picture};

use super::show;
use crate::app::App;
use crate::components::forms::Errors;
use crate::components::frame::Frame;
use crate::error::Fault;
use crate::guard::{FormToken, Signed};
use crate::upload;

/// Largest logo, bytes.
pub const BYTES_MAX: usize = 200_000;
/// Largest width and height, pixels.
const SIDE_MAX: u32 = 4_000;

/// Gives it.
pub async fn show(State(app): State<App>) -> Result<Response, Fault> {
    let look = app.look().await;
    let picture = &look.logo.as_ref().ok_or(Fault::NotFound)?.picture;
    let mut response = picture.body.clone().into_response();
    let kind = HeaderValue::from_str(&picture.media_type).map_err(|_| Fault::Ours)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    let closed = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(HeaderName::from_static("content-security-policy"), closed);
    Ok(response)
}

/// Takes another, or says why not.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    token: FormToken,
    multipart: Multipart,
) -> Result<Response, Fault> {
    let body = upload::small(multipart, &token, &app.options, BYTES_MAX).await?;
    let picture = match judge(body) {
        Ok(picture) => picture,
        Err(words) => {
            let mut page = show::page(&app).await?;
            page.errors = Errors::one("file", words);
            return Ok(frame.again(&page));
        }
    };
    set(&app, &signed, Some(&picture)).await
}

/// Takes it away.
pub async fn remove(State(app): State<App>, signed: Signed) -> Result<Response, Fault> {
    set(&app, &signed, None).await
}

async fn set(app: &App, signed: &Signed, picture: Option<&Picture>) -> Result<Response, Fault> {
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    settings::set_picture(&mut change, settings::LOGO, picture).await?;
    change.commit().await?;
    app.looks.forget().await;
    Ok(Redirect::to("/settings?done=settings-saved").into_response())
}

fn judge(body: upload::Small) -> Result<Picture, &'static str> {
    let body = match body {
        upload::Small::Whole(body) if !body.is_empty() => body,
        upload::Small::TooLarge => return Err("Choose a picture of at most 200 kB"),
        _ => return Err("Choose a picture"),
    };
    let (media_type, width, height) = size(&body).ok_or("Choose a PNG or JPEG picture")?;
    let fits = |side: u32| (1..=SIDE_MAX).contains(&side);
    if !fits(width) || !fits(height) {
        return Err("Choose a picture of at most 4,000 pixels in width and height");
    }
    Ok(Picture { media_type: media_type.to_owned(), body })
}

/// What a picture is, its width and its height, as its own head says.
fn size(body: &[u8]) -> Option<(&'static str, u32, u32)> {
    png(body).map(|(width, height)| ("image/png", width, height)).or_else(|| {
        let (width, height) = jpeg(body)?;
        Some(("image/jpeg", width, height))
    })
}

fn png(body: &[u8]) -> Option<(u32, u32)> {
    let head = body.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |from: usize| head.get(from..from + 4)?.try_into().ok().map(u32::from_be_bytes);
    (head.get(4..8)? == b"IHDR").then_some(())?;
    Some((number(8)?, number(12)?))
}

/// Walks the segments of a JPEG to the one that holds its size.
fn jpeg(body: &[u8]) -> Option<(u32, u32)> {
    let mut rest = body.strip_prefix(b"\xff\xd8")?;
    loop {
        let (&[mark, kind, high, low], _) = rest.split_first_chunk::<4>()?;
        (mark == 0xff).then_some(())?;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let is_size = (0xc0..=0xcf).contains(&kind) && ![0xc4, 0xc8, 0xcc].contains(&kind);
        if is_size {
            let side = |from: usize| Some(u32::from(u16::from_be_bytes(rest.get(from..from + 2)?.try_into().ok()?)));
            return Some((side(7)?, side(5)?));
        }
        rest = rest.get(2 + length..)?;
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// The smallest picture that is one: a pixel.
    pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\x0dIDATx\xdac\xf8\xcf\xc0\xf0\x1f\0\x05\x05\x02\0_\xc8\xf1\xd2\0\0\0\0IEND\xaeB`\x82";

    #[test]
    fn pictures_are_known_by_their_bytes_and_not_by_their_names() {
        assert_eq!(size(PNG), Some(("image/png", 1, 1)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04JF\xff\xc0\0\x0b\x08\0\x14\0\x28\x01\x01\x11\0\xff\xd9";
        assert_eq!(size(jpeg), Some(("image/jpeg", 40, 20)));
        for bad in [
            &b""[..],
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            b"GIF89a\x01\0\x01\0",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0\xff\xff",
            b"\xff\xd8\xff\xc0\0\x02",
            b"\xff\xd8\xff\xe0\0\0",
        ] {
            assert_eq!(size(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_picture_is_said() {
        let mut wide = PNG.to_vec();
        wide[16..20].copy_from_slice(&5_000_u32.to_be_bytes());
        assert!(judge(upload::Small::Whole(wide)).is_err_and(|words| words.contains("4,000 pixels")));
        assert!(judge(upload::Small::TooLarge).is_err_and(|words| words.contains("200 kB")));
        assert!(judge(upload::Small::None).is_err_and(|words| words == "Choose a picture"));
        assert!(judge(upload::Small::Whole(PNG.to_vec())).is_ok());
    }
}
