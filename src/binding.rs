//! The Node-API module: what `index.js` calls. The only file that knows N-API.
//!
//! Options come as a key (see `Style::from_key`), pictures leave as copies, which are written into a pool of JavaScript's. There
//! are no native objects: an instance in JavaScript is plain data that this side never hears of.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use napi::bindgen_prelude::{AsyncTask, BufferSlice, Object, Uint8Array};
use napi::{Either, Env, JsError, JsRangeError, JsString, JsValue, Status, Task};
use napi_derive::napi;
use parking_lot::Mutex;
use rand::Rng;

use crate::error::shown;
use crate::font;
use crate::keys::Keys;
use crate::random::SystemRng;
use crate::{Error, Language, Math, Options, Picture, Refill, Registry, Style};

/// What the process has one of, whatever number of environments (the main thread, workers) have loaded the addon.
struct Core {
    registry: Arc<Registry>,
    thread: Mutex<Thread>,
    /// Whether the thread runs: what each call asks, without the lock.
    has_thread: AtomicBool,
}

/// The refill thread lives as long as some environment does.
struct Thread {
    environments: usize,
    refill: Refill,
}

static CORE: LazyLock<Core> = LazyLock::new(|| {
    let (registry, refill) = Registry::with_refill();
    Core { registry, thread: Mutex::new(Thread { environments: 0, refill }), has_thread: AtomicBool::new(false) }
});

impl Core {
    fn add_environment(&self) {
        self.thread.lock().environments += 1;
    }

    /// The last environment to end takes the thread with it, for the platforms that then unmap its code.
    fn remove_environment(&self) {
        let mut thread = self.thread.lock();
        thread.environments -= 1;
        if thread.environments == 0 {
            self.has_thread.store(false, Ordering::Relaxed);
            thread.refill.stop();
            self.registry.clear();
        }
    }

    /// Starts the thread if it does not run. When the system has no thread to give, pictures are drawn while callers wait.
    fn ensure_thread(&self) {
        if self.has_thread.load(Ordering::Relaxed) {
            return;
        }
        let mut thread = self.thread.lock();
        // Nobody else's call comes when there is none; drawing that goes on elsewhere does not come here.
        if thread.environments > 0 {
            self.has_thread.store(thread.refill.start().is_ok(), Ordering::Relaxed);
        }
    }
}

/// Checks that random pictures of a key can be drawn.
#[napi(catch_unwind)]
pub fn check_random(env: &Env, key: JsString) -> napi::Result<()> {
    with_style(env, &key, |style| style.options().check_random().map_err(|error| throw(env, &error)))
}

/// Checks a key.
#[napi(catch_unwind)]
pub fn check(env: &Env, key: JsString) -> napi::Result<()> {
    style(env, &key).map(drop)
}

/// A picture of a random text: from the cache, or drawn now. It is written to `pool` from `at` on, if there is room.
#[napi(catch_unwind)]
pub fn take<'env>(env: &'env Env, key: JsString, mut pool: BufferSlice, at: u32) -> napi::Result<Taken<'env>> {
    let picture = with_style(env, &key, |style| CORE.registry.take_shared(style).map_err(|error| throw(env, &error)))?;
    CORE.ensure_thread();
    hand_out(env, &picture, &mut pool, at)
}

/// A picture from the cache, or nothing when it is empty.
#[napi(catch_unwind)]
pub fn try_take<'env>(
    env: &'env Env,
    key: JsString,
    mut pool: BufferSlice,
    at: u32,
) -> napi::Result<Option<Taken<'env>>> {
    let picture = with_style(env, &key, |style| Ok(CORE.registry.try_take_shared(style)))?;
    CORE.ensure_thread();
    picture.map(|picture| hand_out(env, &picture, &mut pool, at)).transpose()
}

/// A picture of `text`, drawn now, and written as [`take`] does.
#[napi(catch_unwind)]
pub fn draw<'env>(
    env: &'env Env,
    key: JsString,
    text: JsString,
    mut pool: BufferSlice,
    at: u32,
) -> napi::Result<Option<BufferSlice<'env>>> {
    let style = style(env, &key)?;
    let text = drawable(env, &text, &style)?;
    let image = CORE.registry.draw_text(&text, &style).map_err(|error| throw(env, &error))?;
    write(&image, &mut pool, at).err().map(|NoRoom| BufferSlice::copy_from(env, &image)).transpose()
}

/// The text of a picture that was written to a pool; or the picture itself, if there was no room for it.
type Taken<'env> = Either<JsString<'env>, (JsString<'env>, BufferSlice<'env>)>;

/// To make a Buffer and an array here takes longer than all the rest, so both are made in JavaScript.
fn hand_out<'env>(env: &'env Env, picture: &Picture, pool: &mut [u8], at: u32) -> napi::Result<Taken<'env>> {
    let text = env.create_string(&picture.text)?;
    Ok(match write(&picture.image, pool, at) {
        Ok(()) => Either::A(text),
        Err(NoRoom) => Either::B((text, BufferSlice::copy_from(env, &picture.image)?)),
    })
}

struct NoRoom;

/// Writes the length of a picture, the lower byte first, and then the picture.
fn write(image: &[u8], pool: &mut [u8], at: u32) -> Result<(), NoRoom> {
    let length = u16::try_from(image.len()).map_err(|_| NoRoom)?;
    let room = pool.get_mut(at as usize..).ok_or(NoRoom)?;
    let (head, room) = room.split_first_chunk_mut().ok_or(NoRoom)?;
    room.get_mut(..image.len()).ok_or(NoRoom)?.copy_from_slice(image);
    *head = length.to_le_bytes();
    Ok(())
}

/// A picture of `text`, or of a random text, drawn on libuv's threads.
#[napi(catch_unwind)]
pub fn draw_async(env: &Env, key: JsString, text: Option<JsString>) -> napi::Result<AsyncTask<Drawing>> {
    let style = style(env, &key)?;
    let text = text.map(|text| drawable(env, &text, &style)).transpose()?;
    Ok(AsyncTask::new(Drawing { style, text }))
}

/// Makes the cache that `draw_ahead` fills, and tells how many pictures it can hold.
#[napi(catch_unwind)]
pub fn prepare(env: &Env, key: JsString) -> napi::Result<u32> {
    let style = style(env, &key)?;
    let cache_size = CORE.registry.prepare(&style);
    CORE.ensure_thread();
    Ok(cache_size)
}

/// Draws a picture ahead on libuv's threads, if the cache wants one, and tells whether it wants another.
#[napi(catch_unwind)]
pub fn draw_ahead(env: &Env, key: JsString) -> napi::Result<AsyncTask<DrawingAhead>> {
    style(env, &key).map(|style| AsyncTask::new(DrawingAhead { style }))
}

/// What a random picture would show and what is to be typed then, for who draws it past the caches.
#[napi(catch_unwind)]
pub fn question(env: &Env, key: JsString) -> napi::Result<(String, String)> {
    with_style(env, &key, |style| Picture::question(style).map_err(|error| throw(env, &error)))
}

/// `text` said aloud, as a WAV file.
#[napi(catch_unwind)]
pub fn speak<'env>(
    env: &'env Env,
    text: JsString,
    lang: JsString,
    background: bool,
) -> napi::Result<BufferSlice<'env>> {
    let file = Speaking::read(env, &text, &lang, background)?.speak().map_err(|error| throw(env, &error))?;
    BufferSlice::copy_from(env, &file)
}

/// The same, made on libuv's threads.
#[napi(catch_unwind)]
pub fn speak_async(env: &Env, text: JsString, lang: JsString, background: bool) -> napi::Result<AsyncTask<Speaking>> {
    Speaking::read(env, &text, &lang, background).map(AsyncTask::new)
}

/// Loads a font for all of the process.
#[napi(catch_unwind)]
pub fn load_font(env: &Env, name: JsString, file: Uint8Array) -> napi::Result<()> {
    let name = name.into_utf8()?;
    font::load_font(name.as_str()?, file.to_vec()).map_err(|error| throw(env, &error))
}

/// Unloads a font, and tells whether there was one.
#[napi(catch_unwind)]
pub fn unload_font(name: JsString) -> napi::Result<bool> {
    Ok(CORE.registry.unload_font(name.into_utf8()?.as_str()?))
}

#[napi(object)]
pub struct Font {
    pub name: String,
    pub bytes: f64,
    pub embedded: bool,
}

#[napi]
pub fn fonts() -> Vec<Font> {
    let font = |info: font::FontInfo| Font { name: info.name, bytes: info.bytes as f64, embedded: info.is_embedded };
    font::fonts().into_iter().map(font).collect()
}

/// Whether caches are refilled.
#[napi]
pub fn is_running() -> bool {
    CORE.registry.is_running()
}

#[napi]
pub fn start() {
    CORE.registry.start();
    CORE.ensure_thread();
}

#[napi]
pub fn stop() {
    CORE.registry.stop();
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
    let stats = CORE.registry.stats();
    Counts {
        caches: stats.caches as f64,
        pictures: stats.pictures as f64,
        bytes: stats.bytes as f64,
        hits: stats.hits as f64,
        misses: stats.misses as f64,
        refills: stats.refills as f64,
        evictions: stats.evictions as f64,
        panics: stats.panics as f64,
        running: stats.running,
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
    let before = CORE.registry.stats().bytes;
    let limits = CORE
        .registry
        .configure(|limits| {
            let mut changes = named.into_iter().filter_map(|(name, value)| Some((name, value?)));
            changes.try_fold(limits, |limits, (name, value)| limits.with(name, value))
        })
        .map_err(|error| throw(env, &error))?;
    if before.saturating_sub(CORE.registry.stats().bytes) >= WORTH_GIVING_BACK {
        give_memory_back();
    }
    Ok(Bounds {
        cache_size: Some(limits.cache_size().into()),
        max_caches: Some(limits.max_caches().into()),
        max_bytes: Some(limits.max_bytes().into()),
        max_idle: Some(limits.max_idle().into()),
    })
}

/// Bytes of pictures that went with a bound, from which on their memory is given back to the system.
const WORTH_GIVING_BACK: usize = 8 << 20;

/// Gives memory that nobody uses back to the system. glibc's allocator keeps what lies between other things, which after a
/// bound was lowered could be all of it: 290 MB of pictures, for good.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_memory_back() {
    extern "C" {
        fn malloc_trim(pad: usize) -> std::ffi::c_int;
    }
    // SAFETY: glibc has it, and it may be called at any time by any thread.
    unsafe { malloc_trim(0) };
}

/// Other allocators do it by themselves, more or less.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_memory_back() {}

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
    pub kind: String,
    pub operators: String,
    pub min: u32,
    pub max: u32,
    pub terms: u32,
    pub theme: String,
    pub frames: u32,
    pub delay: u32,
    #[napi(js_name = "loop")]
    pub repeats: u32,
    /// By default none has a name: all embedded ones are meant.
    pub font: Option<String>,
}

#[napi]
pub fn defaults() -> Defaults {
    let options = Options::default();
    let math = Math::default();
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
        kind: options.kind.name().to_owned(),
        operators: math.operators.names(),
        min: math.min,
        max: math.max,
        terms: math.terms,
        theme: options.theme.name().to_owned(),
        frames: options.animation.frames,
        delay: options.animation.delay,
        repeats: options.animation.repeats,
        font: None,
    }
}

/// A picture that is drawn on one of libuv's threads.
pub struct Drawing {
    style: Style,
    text: Option<String>,
}

impl Task for Drawing {
    /// The failure is thrown where there is an environment to make an error in.
    type Output = crate::Result<Picture>;
    type JsValue = (String, napi::bindgen_prelude::Buffer);

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(match self.text.take() {
            Some(text) => CORE.registry.draw_text(&text, &self.style).map(|image| Picture { text, image }),
            None => CORE.registry.draw_random(&self.style),
        })
    }

    fn resolve(&mut self, env: Env, drawn: Self::Output) -> napi::Result<Self::JsValue> {
        let picture = drawn.map_err(|error| rejection(&env, &error))?;
        let image = BufferSlice::copy_from(&env, &picture.image)?.into_buffer(&env)?;
        Ok((picture.text, image))
    }
}

/// A picture that is drawn for a cache on one of libuv's threads.
pub struct DrawingAhead {
    style: Style,
}

impl Task for DrawingAhead {
    type Output = crate::Result<bool>;
    type JsValue = bool;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(CORE.registry.draw_one_ahead(&self.style))
    }

    fn resolve(&mut self, env: Env, wants_more: Self::Output) -> napi::Result<bool> {
        wants_more.map_err(|error| rejection(&env, &error))
    }
}

/// What is to be said.
pub struct Speaking {
    text: String,
    language: Language,
    background: bool,
}

impl Speaking {
    /// Reads what is to be said, and checks that it can be.
    fn read(env: &Env, text: &JsString, lang: &JsString, background: bool) -> napi::Result<Self> {
        let (text, lang) = (text.into_utf8()?, lang.into_utf8()?);
        let (text, lang) = (text.as_str()?, lang.as_str()?);
        let language = Language::named(lang)
            .ok_or_else(|| Error::out_of_range("lang", "one of 'en', 'zh'", shown(lang)))
            .and_then(|language| crate::audio::check(text, language).map(|()| language))
            .map_err(|error| throw(env, &error))?;
        Ok(Self { text: text.to_owned(), language, background })
    }

    fn speak(&self) -> crate::Result<Box<[u8]>> {
        crate::speak(&self.text, self.language, self.background, SystemRng::new()?.next_u64())
    }
}

impl Task for Speaking {
    type Output = crate::Result<Box<[u8]>>;
    type JsValue = napi::bindgen_prelude::Buffer;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(self.speak())
    }

    fn resolve(&mut self, env: Env, spoken: Self::Output) -> napi::Result<Self::JsValue> {
        let file = spoken.map_err(|error| rejection(&env, &error))?;
        BufferSlice::copy_from(&env, &file)?.into_buffer(&env)
    }
}

/// Called by Node for each environment that loads the addon.
#[napi(module_exports)]
pub fn register(_exports: Object, env: Env) -> napi::Result<()> {
    CORE.add_environment();
    env.add_env_cleanup_hook((), |()| {
        KEYS.with_borrow_mut(|keys| keys.take());
        CORE.remove_environment();
    })?;
    Ok(())
}

thread_local! {
    /// The keys that this thread was given: a service asks with the same ones again and again. They are dropped with the environment and
    /// not with the thread: the addon may be unmapped before that ends.
    static KEYS: RefCell<ManuallyDrop<Option<Keys>>> = const { RefCell::new(ManuallyDrop::new(None)) };
}

/// Calls `with` with the style of a key.
fn with_style<T>(env: &Env, key: &JsString, with: impl FnOnce(&Style) -> napi::Result<T>) -> napi::Result<T> {
    with_text(env, key, |key| {
        KEYS.with_borrow_mut(|keys| {
            let keys = keys.get_or_insert_with(Keys::new);
            keys.with(key, font::changes(), with).unwrap_or_else(|error| Err(throw(env, &error)))
        })
    })
}

/// Calls `with` with a string of JavaScript's. A short one is read in one step, without asking for its length first.
fn with_text<T>(env: &Env, text: &JsString, with: impl FnOnce(&str) -> napi::Result<T>) -> napi::Result<T> {
    const ROOM: usize = 256;
    let mut bytes = [0; ROOM];
    let mut length = 0;
    // SAFETY: the string lives in this environment until the call ends, and no more is written than there is room for.
    let status = unsafe {
        napi::sys::napi_get_value_string_utf8(env.raw(), text.raw(), bytes.as_mut_ptr().cast(), ROOM, &mut length)
    };
    napi::check_status!(status)?;
    // It may have been cut off where a letter, of four bytes at most, and the zero at the end had no room.
    if length + 4 < ROOM {
        return with(String::from_utf8_lossy(&bytes[..length]).as_ref());
    }
    with(text.into_utf8()?.as_str()?)
}

fn style(env: &Env, key: &JsString) -> napi::Result<Style> {
    with_style(env, key, |style| Ok(style.clone()))
}

fn drawable(env: &Env, text: &JsString, style: &Style) -> napi::Result<String> {
    let text = with_text(env, text, |text| Ok(text.to_owned()))?;
    style.options().fonts.letters(&text).map_err(|error| throw(env, &error))?;
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

/// What a promise is rejected with for `error`: as [`throw`] throws it.
fn rejection(env: &Env, error: &Error) -> napi::Error {
    let failure = napi::Error::new(error.code(), error.to_string());
    let object = if error.is_out_of_range() {
        JsRangeError::from(failure).into_unknown(*env)
    } else {
        JsError::from(failure).into_unknown(*env)
    };
    napi::Error::from(object)
}
