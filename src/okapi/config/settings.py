"""Django's settings. All that differs between installations comes from the environment (OKAPI_…).

docs/decisions.md says why each library is here.
"""

from __future__ import annotations

from csp.constants import NONE, SELF

from okapi.config import databases, secret
from okapi.config.environment import env_bool, env_choice, env_int, env_list, env_path, env_text
from okapi.wording import LANGUAGES as SPOKEN

# --- What an installation chooses -----------------------------------------------------------------

HOME = env_path("OKAPI_HOME", "var")
"""Folder of the embedded database, the secret key, collected static files and uploads."""

DEBUG = env_bool("OKAPI_DEBUG", default=False)
DEMO = env_bool("OKAPI_DEMO", default=False)
STYLEGUIDE = env_bool("OKAPI_STYLEGUIDE", default=DEBUG or DEMO)
HTTPS = env_bool("OKAPI_HTTPS", default=False)
"""Served over https by a proxy that sets X-Forwarded-Proto: cookies are secure, http is sent on."""

SECRET_KEY = env_text("OKAPI_SECRET_KEY") or secret.read_or_make(HOME / "secret")
SECRET_KEY_FALLBACKS = env_list("OKAPI_OLD_SECRET_KEYS")
"""Keys of before: what they signed or sealed still opens."""
ALLOWED_HOSTS = env_list("OKAPI_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"]

DATABASES = {
    "default": databases.from_url(
        env_text("OKAPI_DATABASE_URL") or f"sqlite:///{HOME / 'okapi.sqlite3'}",
        # Set by `okapi serve`: a command needs one connection, a server several.
        pool=env_int("OKAPI_DATABASE_POOL", 0),
    )
}

# --- Apps and middleware --------------------------------------------------------------------------

INSTALLED_APPS = [
    "okapi.config",
    "okapi.base",
    "okapi.orgs",
    "okapi.talk",
    "okapi.kpis",
    "okapi.goals",
    "okapi.search",
    "okapi.webhooks",
    "okapi.exchange",
    "okapi.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # The API: a token in place of a session.
    "okapi.api.middleware.TokenMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every view needs a login unless it says otherwise (login_not_required).
    "okapi.web.middleware.SignInMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # The reader's language; who visits which organisation, whose scope is then open.
    "okapi.web.middleware.LanguageMiddleware",
    "okapi.web.middleware.OrgMiddleware",
    # The first that reads what was sent: its refusals are in that language and frame.
    "okapi.web.middleware.NulMiddleware",
    # Counts failed sign-ins; must be the last.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "okapi.config.urls"
WSGI_APPLICATION = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    }
]

# --- Signing in -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "okapi.orgs.queries.arriving.ArrivingBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"

# Ten failures for one name from one address: a quarter of an hour's pause, which ends by itself,
# whatever is tried meanwhile. Names and addresses alone count less: see the handler.
AXES_FAILURE_LIMIT = env_int("OKAPI_SIGN_IN_FAILURES", 10, least=1)
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # and not our user's "email", which nobody sends
AXES_HANDLER = "okapi.orgs.queries.throttle.Throttle"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "okapi.web.people.sign_in.locked_out"

SESSION_ENGINE = "okapi.orgs.queries.sessions"
SESSION_COOKIE_NAME = "okapi_session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "okapi_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "okapi.web.errors.csrf_failed"
LANGUAGE_COOKIE_NAME = "okapi_language"

# --- What a browser may do ------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

# --- Limits ---------------------------------------------------------------------------------------

# A form or a JSON body in memory; files go to disk beyond 1 MB and are limited where they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = env_int("OKAPI_BODY_LIMIT_MB", 32, least=1) * 1024 * 1024
FILE_LIMIT = env_int("OKAPI_FILE_LIMIT_MB", 64, least=1) * 1024 * 1024
"""A file of measurements that a page takes; larger ones go in by `okapi measure`."""
SOURCE_LIMITS = {
    "seconds": env_int("OKAPI_SOURCE_SECONDS", 120, least=1),
    "size": env_int("OKAPI_SOURCE_MB", 64, least=1) * 1024 * 1024,
    "rows": env_int("OKAPI_SOURCE_ROWS", 200_000, least=1),
}
"""What one run of a source may take, and bring."""
SOURCE_FOLDER = env_path("OKAPI_SOURCE_FOLDER", "") if env_text("OKAPI_SOURCE_FOLDER") else None
"""Files that sources read lie below it, those of an organisation in the folder of its slug."""
REACHABLE_HOSTS = env_list("OKAPI_REACHABLE_HOSTS")
"""Names, addresses and networks within the own network that sources and webhooks may reach."""
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Languages and time ---------------------------------------------------------------------------

# Our sentences come from okapi.wording; Django's own (form errors, passwords) from its catalogues.
LANGUAGE_CODE = env_choice("OKAPI_LANGUAGE", "en", tuple(SPOKEN))
LANGUAGE_CODE = "zh-hans" if LANGUAGE_CODE == "zh" else LANGUAGE_CODE
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
"""What the database holds; every organisation has its own zone."""

# --- Static files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
"""`okapi serve` lays the files there, with their hash in the name, when they have changed."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
MEDIA_ROOT = HOME / "files"

# --- Logging --------------------------------------------------------------------------------------

# To standard error. Nothing of a request's body, headers or query goes into a line.
LOG_LEVEL = env_choice("OKAPI_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"incident": {"()": "okapi.config.logs.Incident"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "okapi": {"level": LOG_LEVEL},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"filters": ["incident"]},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # Told to the person on the page and counted; names of people stay out of the log.
        "axes": {"level": "ERROR"},
        # The statement of somebody's source would stand in its warnings.
        "sqlglot": {"level": "CRITICAL"},
        # A scanner's request with a made-up host is no event of ours.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "uvicorn": {"handlers": [], "level": "WARNING", "propagate": True},
        "uvicorn.error": {"level": "WARNING"},
    },
}
