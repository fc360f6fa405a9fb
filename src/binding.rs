//! The Node-API module: what `index.js` calls. The only file that knows N-API.
//!
//! Options come as a key (see `Options::from_key`), pictures leave as copied buffers. There are no native objects: an instance in
//! JavaScript is plain data that this side never hears of.

use std::sync::{Arc, LazyLock};

use napi::bindgen_prelude::{AsyncTask, BufferSlice, Object};
use napi::{Env, JsString, Status, Task};
use napi_derive::napi;
use parking_lot::Mutex;

use crate::{Error, Options, Picture, Refill, Registry};

/// The process's one registry, whatever number of environments (the main thread, workers) have loaded the addon.
static REGISTRY: LazyLock<Arc<Registry>> = LazyLock::new(Arc::default);
static THREAD: Mutex<Thread> = Mutex::new(Thread { environments: 0, refill: None });

/// The refill thread lives as long as some environment does.
struct Thread {
    environments: usize,
    refill: Option<Refill>,
}

/// Checks a key.
#[napi(catch_unwind)]
pub fn check(env: &Env, key: JsString) -> napi::Result<()> {
    options(env, &key).map(drop)
}

/// A picture of a random text: from the cache, or drawn now.
#[napi(catch_unwind)]
pub fn take<'env>(env: &'env Env, key: JsString) -> napi::Result<(String, BufferSlice<'env>)> {
    let options = options(env, &key)?;
    let picture = REGISTRY.take(&options).map_err(|error| throw(env, &error))?;
    ensure_thread();
    Ok((picture.text, BufferSlice::copy_from(env, &picture.image)?))
}

/// A picture from the cache, or nothing when it is empty.
#[napi(catch_unwind)]
pub fn try_take<'env>(env: &'env Env, key: JsString) -> napi::Result<Option<(String, BufferSlice<'env>)>> {
    let options = options(env, &key)?;
    let picture = REGISTRY.try_take(&options).map_err(|error| throw(env, &error))?;
    ensure_thread();
    picture.map(|picture| Ok((picture.text, BufferSlice::copy_from(env, &picture.image)?))).transpose()
}

/// A picture of `text`, drawn now.
#[napi(catch_unwind)]
pub fn draw<'env>(env: &'env Env, key: JsString, text: JsString) -> napi::Result<BufferSlice<'env>> {
    let options = options(env, &key)?;
    let text = drawable(env, &text)?;
    let image = REGISTRY.draw_text(&text, &options).map_err(|error| throw(env, &error))?;
    BufferSlice::copy_from(env, &image)
}

/// A picture of `text`, or of a random text, drawn on libuv's threads.
#[napi(catch_unwind)]
pub fn draw_async(env: &Env, key: JsString, text: Option<JsString>) -> napi::Result<AsyncTask<Drawing>> {
    let options = options(env, &key)?;
    let text = text.map(|text| drawable(env, &text)).transpose()?;
    Ok(AsyncTask::new(Drawing { options, text }))
}

/// Whether caches are refilled.
#[napi]
pub fn is_running() -> bool {
    REGISTRY.is_running()
}

#[napi]
pub fn start() {
    REGISTRY.start();
    ensure_thread();
}

#[napi]
pub fn stop() {
    REGISTRY.stop();
}

#[napi(object)]
pub struct Counts {
    pub caches: f64,
    pub pictures: f64,
    pub bytes: f64,
    pub hits: f64,
    pub misses: f64,
    pub refills: f64,
    pub evictions: f64,
    pub panics: f64,
    pub running: bool,
}

#[napi]
pub fn stats() -> Counts {
    let stats = REGISTRY.stats();
    Counts {
        caches: stats.caches as f64,
        pictures: stats.pictures as f64,
        bytes: stats.bytes as f64,
        hits: stats.hits as f64,
        misses: stats.misses as f64,
        refills: stats.refills as f64,
        evictions: stats.evictions as f64,
        panics: stats.panics as f64,
        running: REGISTRY.is_running(),
    }
}

/// The bounds of the caches; a missing one stays as it is.
#[napi(object)]
#[derive(Default)]
pub struct Bounds {
    pub cache_size: Option<f64>,
    pub max_caches: Option<f64>,
    pub max_bytes: Option<f64>,
    pub max_idle: Option<f64>,
}

#[napi(catch_unwind)]
pub fn configure(env: &Env, bounds: Bounds) -> napi::Result<Bounds> {
    let named = [
        ("cacheSize", bounds.cache_size),
        ("maxCaches", bounds.max_caches),
        ("maxBytes", bounds.max_bytes),
        ("maxIdle", bounds.max_idle),
    ];
    let limits = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .try_fold(REGISTRY.limits(), |limits, (name, value)| limits.with(name, value))
        .map_err(|error| throw(env, &error))?;
    REGISTRY.configure(limits);
    Ok(Bounds {
        cache_size: Some(limits.cache_size().into()),
        max_caches: Some(limits.max_caches().into()),
        max_bytes: Some(limits.max_bytes().into()),
        max_idle: Some(limits.max_idle().into()),
    })
}

/// The drawing options with their defaults.
#[napi(object, use_nullable = true)]
pub struct Defaults {
    pub width: u32,
    pub height: u32,
    pub offset: u32,
    pub quality: u32,
    pub fontsize: u32,
    pub length: u32,
    pub charset: String,
    pub format: String,
    pub level: String,
    /// By default neither colour has a name: they are left to chance.
    pub color: Option<String>,
    pub background: Option<String>,
}

#[napi]
pub fn defaults() -> Defaults {
    let options = Options::default();
    Defaults {
        width: options.width,
        height: options.height,
        offset: options.offset,
        quality: options.quality,
        fontsize: options.fontsize,
        length: options.length,
        charset: options.charset.letters().collect(),
        format: options.format.name().to_owned(),
        level: options.level.name().to_owned(),
        color: None,
        background: None,
    }
}

/// A picture that is drawn on one of libuv's threads.
pub struct Drawing {
    options: Options,
    text: Option<String>,
}

impl Task for Drawing {
    type Output = Picture;
    type JsValue = (String, napi::bindgen_prelude::Buffer);

    fn compute(&mut self) -> napi::Result<Picture> {
        match self.text.take() {
            Some(text) => {
                let image = REGISTRY.draw_text(&text, &self.options);
                image.map(|image| Picture { text, image })
            }
            None => REGISTRY.draw_random(&self.options),
        }
        .map_err(|error| napi::Error::from_reason(error.to_string()))
    }

    fn resolve(&mut self, env: Env, picture: Picture) -> napi::Result<Self::JsValue> {
        let image = BufferSlice::copy_from(&env, &picture.image)?.into_buffer(&env)?;
        Ok((picture.text, image))
    }
}

/// Called by Node for each environment that loads the addon.
#[napi(module_exports)]
pub fn register(_exports: Object, env: Env) -> napi::Result<()> {
    THREAD.lock().environments += 1;
    // The last environment to end takes the thread with it, for the platforms that then unmap its code.
    env.add_env_cleanup_hook((), |()| {
        let mut thread = THREAD.lock();
        thread.environments -= 1;
        if thread.environments == 0 {
            if let Some(refill) = thread.refill.take() {
                refill.stop();
            }
            REGISTRY.clear();
        }
    })?;
    Ok(())
}

/// Starts the thread if it does not run. When the system has no thread to give, pictures are drawn while callers wait.
fn ensure_thread() {
    let mut thread = THREAD.lock();
    if thread.refill.is_none() && thread.environments > 0 {
        thread.refill = Refill::start(Arc::clone(&REGISTRY)).ok();
    }
}

fn options(env: &Env, key: &JsString) -> napi::Result<Options> {
    Options::from_key(key.into_utf8()?.as_str()?).map_err(|error| throw(env, &error))
}

fn drawable(env: &Env, text: &JsString) -> napi::Result<String> {
    let text = text.into_utf8()?.into_owned()?;
    crate::font::check_text(&text).map_err(|error| throw(env, &error))?;
    Ok(text)
}

/// Throws `error` in JavaScript as the class that its code belongs to.
fn throw(env: &Env, error: &Error) -> napi::Error {
    let thrown = if error.is_out_of_range() {
        env.throw_range_error(&error.to_string(), Some(error.code()))
    } else {
        env.throw_error(&error.to_string(), Some(error.code()))
    };
    match thrown {
        Ok(()) => napi::Error::new(Status::PendingException, error.to_string()),
        Err(failure) => failure,
    }
}
