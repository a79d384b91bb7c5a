//! Whether any panel shows tray icons. On Linux that is up to the desktop: GNOME has none without an extension.

/// Whether any does.
#[cfg(target_os = "linux")]
pub(super) async fn is_there() -> bool {
    match ask().await {
        Ok(there) => there,
        Err(error) => {
            tracing::debug!(%error, "nobody shows tray icons");
            false
        }
    }
}

/// Asks the session's watcher of tray items (freedesktop.org, StatusNotifierItem).
#[cfg(target_os = "linux")]
async fn ask() -> zbus::Result<bool> {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let connection = zbus::Connection::session().await?;
    let reply = connection
        .call_method(
            Some(WATCHER),
            "/StatusNotifierWatcher",
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(WATCHER, "IsStatusNotifierHostRegistered"),
        )
        .await?;
    let value: zbus::OwnedVariant = reply.body().deserialize()?;
    Ok(bool::try_from(value).unwrap_or(true))
}

/// Windows and macOS always do.
#[cfg(not(target_os = "linux"))]
pub(super) async fn is_there() -> bool {
    true
}
