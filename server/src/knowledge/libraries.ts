// The built-in knowledge files; imported one by one so that a bundle carries them.
import threadModule from './data/_thread.json' with { type: 'json' };
import aiofiles from './data/aiofiles.json' with { type: 'json' };
import aiogram from './data/aiogram.json' with { type: 'json' };
import aiohttp from './data/aiohttp.json' with { type: 'json' };
import aiomysql from './data/aiomysql.json' with { type: 'json' };
import aiosqlite from './data/aiosqlite.json' with { type: 'json' };
import anyio from './data/anyio.json' with { type: 'json' };
import apscheduler from './data/apscheduler.json' with { type: 'json' };
import argon2 from './data/argon2.json' with { type: 'json' };
import argparse from './data/argparse.json' with { type: 'json' };
import array from './data/array.json' with { type: 'json' };
import asgiref from './data/asgiref.json' with { type: 'json' };
import ast from './data/ast.json' with { type: 'json' };
import asyncio from './data/asyncio.json' with { type: 'json' };
import asyncpg from './data/asyncpg.json' with { type: 'json' };
import asyncssh from './data/asyncssh.json' with { type: 'json' };
import atexit from './data/atexit.json' with { type: 'json' };
import base64 from './data/base64.json' with { type: 'json' };
import bcrypt from './data/bcrypt.json' with { type: 'json' };
import binascii from './data/binascii.json' with { type: 'json' };
import bisect from './data/bisect.json' with { type: 'json' };
import boto3 from './data/boto3.json' with { type: 'json' };
import botocore from './data/botocore.json' with { type: 'json' };
import bottle from './data/bottle.json' with { type: 'json' };
import bs4 from './data/bs4.json' with { type: 'json' };
import builtins from './data/builtins.json' with { type: 'json' };
import bz2 from './data/bz2.json' with { type: 'json' };
import celery from './data/celery.json' with { type: 'json' };
import cmath from './data/cmath.json' with { type: 'json' };
import collections from './data/collections.json' with { type: 'json' };
import concurrentFutures from './data/concurrent.futures.json' with { type: 'json' };
import configparser from './data/configparser.json' with { type: 'json' };
import contextlib from './data/contextlib.json' with { type: 'json' };
import contextvars from './data/contextvars.json' with { type: 'json' };
import copy from './data/copy.json' with { type: 'json' };
import cryptography from './data/cryptography.json' with { type: 'json' };
import csv from './data/csv.json' with { type: 'json' };
import ctypes from './data/ctypes.json' with { type: 'json' };
import cv2 from './data/cv2.json' with { type: 'json' };
import dataclasses from './data/dataclasses.json' with { type: 'json' };
import datetime from './data/datetime.json' with { type: 'json' };
import dbm from './data/dbm.json' with { type: 'json' };
import decimal from './data/decimal.json' with { type: 'json' };
import difflib from './data/difflib.json' with { type: 'json' };
import discord from './data/discord.json' with { type: 'json' };
import django from './data/django.json' with { type: 'json' };
import dramatiq from './data/dramatiq.json' with { type: 'json' };
import elasticsearch from './data/elasticsearch.json' with { type: 'json' };
import email from './data/email.json' with { type: 'json' };
import enumLibrary from './data/enum.json' with { type: 'json' };
import falcon from './data/falcon.json' with { type: 'json' };
import fastapi from './data/fastapi.json' with { type: 'json' };
import filecmp from './data/filecmp.json' with { type: 'json' };
import fileinput from './data/fileinput.json' with { type: 'json' };
import flask from './data/flask.json' with { type: 'json' };
import fnmatch from './data/fnmatch.json' with { type: 'json' };
import fractions from './data/fractions.json' with { type: 'json' };
import ftplib from './data/ftplib.json' with { type: 'json' };
import functools from './data/functools.json' with { type: 'json' };
import gc from './data/gc.json' with { type: 'json' };
import getpass from './data/getpass.json' with { type: 'json' };
import gi from './data/gi.json' with { type: 'json' };
import glob from './data/glob.json' with { type: 'json' };
import grpc from './data/grpc.json' with { type: 'json' };
import gzip from './data/gzip.json' with { type: 'json' };
import hashlib from './data/hashlib.json' with { type: 'json' };
import heapq from './data/heapq.json' with { type: 'json' };
import hmac from './data/hmac.json' with { type: 'json' };
import html from './data/html.json' with { type: 'json' };
import http from './data/http.json' with { type: 'json' };
import httpx from './data/httpx.json' with { type: 'json' };
import huey from './data/huey.json' with { type: 'json' };
import imaplib from './data/imaplib.json' with { type: 'json' };
import importlib from './data/importlib.json' with { type: 'json' };
import inspect from './data/inspect.json' with { type: 'json' };
import io from './data/io.json' with { type: 'json' };
import itertools from './data/itertools.json' with { type: 'json' };
import jinja2 from './data/jinja2.json' with { type: 'json' };
import joblib from './data/joblib.json' with { type: 'json' };
import json from './data/json.json' with { type: 'json' };
import jwt from './data/jwt.json' with { type: 'json' };
import kafka from './data/kafka.json' with { type: 'json' };
import kombu from './data/kombu.json' with { type: 'json' };
import litestar from './data/litestar.json' with { type: 'json' };
import locale from './data/locale.json' with { type: 'json' };
import logging from './data/logging.json' with { type: 'json' };
import lxml from './data/lxml.json' with { type: 'json' };
import lzma from './data/lzma.json' with { type: 'json' };
import markdown from './data/markdown.json' with { type: 'json' };
import marshal from './data/marshal.json' with { type: 'json' };
import math from './data/math.json' with { type: 'json' };
import matplotlib from './data/matplotlib.json' with { type: 'json' };
import memcache from './data/memcache.json' with { type: 'json' };
import mmap from './data/mmap.json' with { type: 'json' };
import motor from './data/motor.json' with { type: 'json' };
import msgpack from './data/msgpack.json' with { type: 'json' };
import multiprocessing from './data/multiprocessing.json' with { type: 'json' };
import mysqlConnector from './data/mysql.connector.json' with { type: 'json' };
import mysqldb from './data/mysqldb.json' with { type: 'json' };
import networkx from './data/networkx.json' with { type: 'json' };
import nltk from './data/nltk.json' with { type: 'json' };
import nntplib from './data/nntplib.json' with { type: 'json' };
import ntpath from './data/ntpath.json' with { type: 'json' };
import numba from './data/numba.json' with { type: 'json' };
import numpy from './data/numpy.json' with { type: 'json' };
import openpyxl from './data/openpyxl.json' with { type: 'json' };
import operator from './data/operator.json' with { type: 'json' };
import orjson from './data/orjson.json' with { type: 'json' };
import os from './data/os.json' with { type: 'json' };
import paho from './data/paho.json' with { type: 'json' };
import pandas from './data/pandas.json' with { type: 'json' };
import paramiko from './data/paramiko.json' with { type: 'json' };
import passlib from './data/passlib.json' with { type: 'json' };
import pathlib from './data/pathlib.json' with { type: 'json' };
import peewee from './data/peewee.json' with { type: 'json' };
import pickle from './data/pickle.json' with { type: 'json' };
import pika from './data/pika.json' with { type: 'json' };
import pil from './data/pil.json' with { type: 'json' };
import platform from './data/platform.json' with { type: 'json' };
import polars from './data/polars.json' with { type: 'json' };
import poplib from './data/poplib.json' with { type: 'json' };
import posixpath from './data/posixpath.json' with { type: 'json' };
import psutil from './data/psutil.json' with { type: 'json' };
import psycopg from './data/psycopg.json' with { type: 'json' };
import psycopg2 from './data/psycopg2.json' with { type: 'json' };
import pty from './data/pty.json' with { type: 'json' };
import pyarrow from './data/pyarrow.json' with { type: 'json' };
import pydantic from './data/pydantic.json' with { type: 'json' };
import pymongo from './data/pymongo.json' with { type: 'json' };
import pymysql from './data/pymysql.json' with { type: 'json' };
import pynput from './data/pynput.json' with { type: 'json' };
import pyqt5 from './data/pyqt5.json' with { type: 'json' };
import pyqt6 from './data/pyqt6.json' with { type: 'json' };
import pyramid from './data/pyramid.json' with { type: 'json' };
import pyside2 from './data/pyside2.json' with { type: 'json' };
import pyside6 from './data/pyside6.json' with { type: 'json' };
import quart from './data/quart.json' with { type: 'json' };
import queue from './data/queue.json' with { type: 'json' };
import random from './data/random.json' with { type: 'json' };
import re from './data/re.json' with { type: 'json' };
import redis from './data/redis.json' with { type: 'json' };
import requests from './data/requests.json' with { type: 'json' };
import restFramework from './data/rest_framework.json' with { type: 'json' };
import rq from './data/rq.json' with { type: 'json' };
import sanic from './data/sanic.json' with { type: 'json' };
import sched from './data/sched.json' with { type: 'json' };
import schedule from './data/schedule.json' with { type: 'json' };
import scipy from './data/scipy.json' with { type: 'json' };
import secrets from './data/secrets.json' with { type: 'json' };
import select from './data/select.json' with { type: 'json' };
import selectors from './data/selectors.json' with { type: 'json' };
import selenium from './data/selenium.json' with { type: 'json' };
import shelve from './data/shelve.json' with { type: 'json' };
import shlex from './data/shlex.json' with { type: 'json' };
import shutil from './data/shutil.json' with { type: 'json' };
import signal from './data/signal.json' with { type: 'json' };
import simplejson from './data/simplejson.json' with { type: 'json' };
import six from './data/six.json' with { type: 'json' };
import sklearn from './data/sklearn.json' with { type: 'json' };
import smtplib from './data/smtplib.json' with { type: 'json' };
import socket from './data/socket.json' with { type: 'json' };
import socketserver from './data/socketserver.json' with { type: 'json' };
import sqlalchemy from './data/sqlalchemy.json' with { type: 'json' };
import sqlite3 from './data/sqlite3.json' with { type: 'json' };
import ssl from './data/ssl.json' with { type: 'json' };
import starlette from './data/starlette.json' with { type: 'json' };
import statistics from './data/statistics.json' with { type: 'json' };
import string from './data/string.json' with { type: 'json' };
import struct from './data/struct.json' with { type: 'json' };
import subprocess from './data/subprocess.json' with { type: 'json' };
import sympy from './data/sympy.json' with { type: 'json' };
import sys from './data/sys.json' with { type: 'json' };
import tarfile from './data/tarfile.json' with { type: 'json' };
import telebot from './data/telebot.json' with { type: 'json' };
import telegram from './data/telegram.json' with { type: 'json' };
import telnetlib from './data/telnetlib.json' with { type: 'json' };
import tempfile from './data/tempfile.json' with { type: 'json' };
import textual from './data/textual.json' with { type: 'json' };
import textwrap from './data/textwrap.json' with { type: 'json' };
import threading from './data/threading.json' with { type: 'json' };
import time from './data/time.json' with { type: 'json' };
import timeit from './data/timeit.json' with { type: 'json' };
import tkinter from './data/tkinter.json' with { type: 'json' };
import toml from './data/toml.json' with { type: 'json' };
import tomllib from './data/tomllib.json' with { type: 'json' };
import torch from './data/torch.json' with { type: 'json' };
import tornado from './data/tornado.json' with { type: 'json' };
import tqdm from './data/tqdm.json' with { type: 'json' };
import traceback from './data/traceback.json' with { type: 'json' };
import trio from './data/trio.json' with { type: 'json' };
import ujson from './data/ujson.json' with { type: 'json' };
import unicodedata from './data/unicodedata.json' with { type: 'json' };
import urllib from './data/urllib.json' with { type: 'json' };
import urllib3 from './data/urllib3.json' with { type: 'json' };
import uuid from './data/uuid.json' with { type: 'json' };
import uvicorn from './data/uvicorn.json' with { type: 'json' };
import warnings from './data/warnings.json' with { type: 'json' };
import watchdog from './data/watchdog.json' with { type: 'json' };
import weakref from './data/weakref.json' with { type: 'json' };
import webbrowser from './data/webbrowser.json' with { type: 'json' };
import websocket from './data/websocket.json' with { type: 'json' };
import websockets from './data/websockets.json' with { type: 'json' };
import xml from './data/xml.json' with { type: 'json' };
import xmlrpc from './data/xmlrpc.json' with { type: 'json' };
import yaml from './data/yaml.json' with { type: 'json' };
import zipfile from './data/zipfile.json' with { type: 'json' };
import zlib from './data/zlib.json' with { type: 'json' };
import zoneinfo from './data/zoneinfo.json' with { type: 'json' };
import type { Library } from './schema.js';

const files: readonly unknown[] = [
  threadModule,
  aiofiles,
  aiogram,
  aiohttp,
  aiomysql,
  aiosqlite,
  anyio,
  apscheduler,
  argon2,
  argparse,
  array,
  asgiref,
  ast,
  asyncio,
  asyncpg,
  asyncssh,
  atexit,
  base64,
  bcrypt,
  binascii,
  bisect,
  boto3,
  botocore,
  bottle,
  bs4,
  builtins,
  bz2,
  celery,
  cmath,
  collections,
  concurrentFutures,
  configparser,
  contextlib,
  contextvars,
  copy,
  cryptography,
  csv,
  ctypes,
  cv2,
  dataclasses,
  datetime,
  dbm,
  decimal,
  difflib,
  discord,
  django,
  dramatiq,
  elasticsearch,
  email,
  enumLibrary,
  falcon,
  fastapi,
  filecmp,
  fileinput,
  flask,
  fnmatch,
  fractions,
  ftplib,
  functools,
  gc,
  getpass,
  gi,
  glob,
  grpc,
  gzip,
  hashlib,
  heapq,
  hmac,
  html,
  http,
  httpx,
  huey,
  imaplib,
  importlib,
  inspect,
  io,
  itertools,
  jinja2,
  joblib,
  json,
  jwt,
  kafka,
  kombu,
  litestar,
  locale,
  logging,
  lxml,
  lzma,
  markdown,
  marshal,
  math,
  matplotlib,
  memcache,
  mmap,
  motor,
  msgpack,
  multiprocessing,
  mysqlConnector,
  mysqldb,
  networkx,
  nltk,
  nntplib,
  ntpath,
  numba,
  numpy,
  openpyxl,
  operator,
  orjson,
  os,
  paho,
  pandas,
  paramiko,
  passlib,
  pathlib,
  peewee,
  pickle,
  pika,
  pil,
  platform,
  polars,
  poplib,
  posixpath,
  psutil,
  psycopg,
  psycopg2,
  pty,
  pyarrow,
  pydantic,
  pymongo,
  pymysql,
  pynput,
  pyqt5,
  pyqt6,
  pyramid,
  pyside2,
  pyside6,
  quart,
  queue,
  random,
  re,
  redis,
  requests,
  restFramework,
  rq,
  sanic,
  sched,
  schedule,
  scipy,
  secrets,
  select,
  selectors,
  selenium,
  shelve,
  shlex,
  shutil,
  signal,
  simplejson,
  six,
  sklearn,
  smtplib,
  socket,
  socketserver,
  sqlalchemy,
  sqlite3,
  ssl,
  starlette,
  statistics,
  string,
  struct,
  subprocess,
  sympy,
  sys,
  tarfile,
  telebot,
  telegram,
  telnetlib,
  tempfile,
  textual,
  textwrap,
  threading,
  time,
  timeit,
  tkinter,
  toml,
  tomllib,
  torch,
  tornado,
  tqdm,
  traceback,
  trio,
  ujson,
  unicodedata,
  urllib,
  urllib3,
  uuid,
  uvicorn,
  warnings,
  watchdog,
  weakref,
  webbrowser,
  websocket,
  websockets,
  xml,
  xmlrpc,
  yaml,
  zipfile,
  zlib,
  zoneinfo,
];

/** In no particular order: no two files describe the same name. The test checks their shape. */
export const libraries = files as readonly Library[];
